<?php
// A platform's client in PHP: json_encode escapes the slashes, and that is what is signed and sent.
function call($path, $body, $token = null) {
    $path = "/api/v1/integration/" . $path;
    $data = json_encode($body);
    $timestamp = (string) time();
    $authorization = $token ? "Payment " . $token : "";
    $base = getenv("CLIENT_CODE") . $timestamp . "POST" . $path . $authorization . $data;
    $headers = [
        "Content-Type: application/json",
        "client_code: " . getenv("CLIENT_CODE"),
        "timestamp: " . $timestamp,
        "signature: " . hash_hmac("sha1", $base, getenv("KEY")),
    ];
    if ($token) {
        $headers[] = "Authorization: " . $authorization;
    }
    $options = ["method" => "POST", "header" => implode("\r\n", $headers), "content" => $data, "ignore_errors" => true];
    $answer = json_decode(file_get_contents(getenv("BASE_URL") . $path, false, stream_context_create(["http" => $options])), true);
    if ($answer["success"] !== true) {
        fwrite(STDERR, json_encode($answer) . "\n");
        exit(1);
    }
    return $answer["data"] ?? null;
}

$invoice = ["invoice_code" => getenv("INVOICE_CODE")];
$order = [
    "user_platform_id" => "php-" . getenv("CARD"),
    "prakerja_id" => getenv("CARD"),
    "course_code" => getenv("COURSE_CODE"),
    "schedule_code" => getenv("SCHEDULE_CODE"),
    "amount" => (int) getenv("AMOUNT"),
];
$token = call("payment/send-otp", $order)["payment_token"];
$otp = trim(shell_exec(getenv("OTP_COMMAND")));
$bought = call("payment/authorize", ["otp" => $otp, "invoice_url" => "https://toko.example.id/1"] + $invoice, $token);
if (call("payment/status", $invoice)["status"] !== "SUCCESS") {
    exit(1);
}
call("payment/void", $invoice + ["transaction_code" => $bought["transaction_code"]]);
echo $bought["transaction_code"], "\n";
