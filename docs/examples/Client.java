// A platform's client in Java 11 or newer: `java Client.java`, standard library only.
import java.net.URI;
import java.net.http.*;
import java.util.regex.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Client {
    static String env(String name) { return System.getenv(name); }

    static String call(String path, String data, String token) throws Exception {
        path = "/api/v1/integration/" + path;
        String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
        String authorization = token == null ? "" : "Payment " + token;
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(env("KEY").getBytes(), "HmacSHA1"));
        StringBuilder signature = new StringBuilder();
        for (byte one : mac.doFinal((env("CLIENT_CODE") + timestamp + "POST" + path + authorization + data).getBytes("UTF-8")))
            signature.append(String.format("%02x", one));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(env("BASE_URL") + path))
            .header("Content-Type", "application/json")
            .header("client_code", env("CLIENT_CODE")).header("timestamp", timestamp).header("signature", signature.toString());
        if (token != null) request.header("Authorization", authorization);
        HttpResponse<String> answer = HttpClient.newHttpClient()
            .send(request.POST(HttpRequest.BodyPublishers.ofString(data)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new RuntimeException(answer.body());
        return answer.body();
    }

    static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) throw new RuntimeException(json);
        return found.group(1);
    }

    public static void main(String[] none) throws Exception {
        String invoice = "\"invoice_code\": \"" + env("INVOICE_CODE") + "\"";
        String order = String.format("{\"user_platform_id\": \"java-%s\", \"prakerja_id\": \"%s\", \"course_code\": \"%s\", \"schedule_code\": \"%s\", \"amount\": %s}",
            env("CARD"), env("CARD"), env("COURSE_CODE"), env("SCHEDULE_CODE"), env("AMOUNT"));
        String token = field(call("payment/send-otp", order, null), "payment_token");
        String otp = new String(new ProcessBuilder("sh", "-c", env("OTP_COMMAND")).start().getInputStream().readAllBytes()).trim();
        String bought = call("payment/authorize", "{\"otp\": \"" + otp + "\", \"invoice_url\": \"https://toko.example.id/1\", " + invoice + "}", token);
        if (!field(call("payment/status", "{" + invoice + "}", null), "status").equals("SUCCESS")) throw new RuntimeException("not bought");
        call("payment/void", "{" + invoice + ", \"transaction_code\": \"" + field(bought, "transaction_code") + "\"}", null);
        System.out.println(field(bought, "transaction_code"));
    }
}
