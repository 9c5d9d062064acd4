// A platform's client in Node: its own modules only.
const { createHmac } = require("crypto");
const { execSync } = require("child_process");
const http = require("http");
const env = process.env;

function call(path, body, token) {
  path = "/api/v1/integration/" + path;
  const data = JSON.stringify(body);
  const timestamp = String(Math.round(Date.now() / 1000));
  const authorization = token ? "Payment " + token : "";
  const base = env.CLIENT_CODE + timestamp + "POST" + path + authorization + data;
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(data),
    Client_code: env.CLIENT_CODE,
    timestamp: timestamp,
    signature: createHmac("sha1", env.KEY).update(base).digest("hex"),
  };
  if (token) headers.Authorization = authorization;
  return new Promise((resolve, reject) => {
    const request = http.request(env.BASE_URL + path, { method: "POST", headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => {
        const got = JSON.parse(text);
        got.success === true ? resolve(got.data) : reject(new Error(text));
      });
    });
    request.on("error", reject);
    request.end(data);
  });
}

async function main() {
  const invoice = { invoice_code: env.INVOICE_CODE };
  const order = { user_platform_id: "js-" + env.CARD, prakerja_id: env.CARD, course_code: env.COURSE_CODE };
  Object.assign(order, { schedule_code: env.SCHEDULE_CODE, amount: Number(env.AMOUNT) });
  const token = (await call("payment/send-otp", order)).payment_token;
  const otp = execSync(env.OTP_COMMAND).toString().trim();
  const bought = await call("payment/authorize", { otp, invoice_url: "https://toko.example.id/1", ...invoice }, token);
  if ((await call("payment/status", invoice)).status !== "SUCCESS") throw new Error("not bought");
  await call("payment/void", { ...invoice, transaction_code: bought.transaction_code });
  console.log(bought.transaction_code);
}
main().catch((error) => { console.error(error); process.exit(1); });
