// A platform's client in Go: standard library only. encoding/json escapes &, < and >, and that is what is signed.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

type object map[string]interface{}

func call(path string, body object, token string) object {
	path = "/api/v1/integration/" + path
	data, _ := json.Marshal(body)
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	authorization := ""
	if token != "" {
		authorization = "Payment " + token
	}
	mac := hmac.New(sha1.New, []byte(os.Getenv("KEY")))
	mac.Write([]byte(os.Getenv("CLIENT_CODE") + timestamp + "POST" + path + authorization + string(data)))
	request, _ := http.NewRequest("POST", os.Getenv("BASE_URL")+path, bytes.NewReader(data))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("client_code", os.Getenv("CLIENT_CODE"))
	request.Header.Set("timestamp", timestamp)
	request.Header.Set("signature", hex.EncodeToString(mac.Sum(nil)))
	if token != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	answer := struct {
		Success bool   `json:"success"`
		Code    string `json:"code"`
		Data    object `json:"data"`
	}{}
	if json.NewDecoder(response.Body).Decode(&answer) != nil || !answer.Success {
		panic(answer.Code)
	}
	return answer.Data
}

func main() {
	amount, _ := strconv.Atoi(os.Getenv("AMOUNT"))
	card, invoice := os.Getenv("CARD"), os.Getenv("INVOICE_CODE")
	token := call("payment/send-otp", object{"user_platform_id": "go-" + card, "prakerja_id": card, "amount": amount,
		"course_code": os.Getenv("COURSE_CODE"), "schedule_code": os.Getenv("SCHEDULE_CODE")}, "")["payment_token"].(string)
	otp, _ := exec.Command("sh", "-c", os.Getenv("OTP_COMMAND")).Output()
	bought := call("payment/authorize", object{"otp": strings.TrimSpace(string(otp)),
		"invoice_url": "https://toko.example.id/1?a=1&b=2", "invoice_code": invoice}, token)
	if call("payment/status", object{"invoice_code": invoice}, "")["status"] != "SUCCESS" {
		panic("not bought")
	}
	call("payment/void", object{"invoice_code": invoice, "transaction_code": bought["transaction_code"]}, "")
	fmt.Println(bought["transaction_code"])
}
