# A platform's client in Ruby: standard library only.
require "json"
require "net/http"
require "openssl"

def call(path, body, token = nil)
  path = "/api/v1/integration/" + path
  data = JSON.generate(body)
  timestamp = Time.now.to_i.to_s
  authorization = token ? "Payment #{token}" : ""
  base = ENV["CLIENT_CODE"] + timestamp + "POST" + path + authorization + data
  uri = URI(ENV["BASE_URL"] + path)
  request = Net::HTTP::Post.new(uri)
  request["Content-Type"] = "application/json"
  request["client_code"] = ENV["CLIENT_CODE"]
  request["timestamp"] = timestamp
  request["signature"] = OpenSSL::HMAC.hexdigest("SHA1", ENV["KEY"], base)
  request["Authorization"] = authorization if token
  request.body = data
  answer = JSON.parse(Net::HTTP.new(uri.host, uri.port, nil).request(request).body)
  raise answer.to_s unless answer["success"] == true
  answer["data"]
end

invoice = { invoice_code: ENV["INVOICE_CODE"] }
order = {
  user_platform_id: "rb-" + ENV["CARD"], prakerja_id: ENV["CARD"], course_code: ENV["COURSE_CODE"],
  schedule_code: ENV["SCHEDULE_CODE"], amount: ENV["AMOUNT"].to_i
}
token = call("payment/send-otp", order)["payment_token"]
otp = `#{ENV["OTP_COMMAND"]}`.strip
bought = call("payment/authorize", { otp: otp, invoice_url: "https://toko.example.id/1" }.merge(invoice), token)
raise "not bought" unless call("payment/status", invoice)["status"] == "SUCCESS"
call("payment/void", invoice.merge(transaction_code: bought["transaction_code"]))
puts bought["transaction_code"]
