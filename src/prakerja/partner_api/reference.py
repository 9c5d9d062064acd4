"""The reference pages of version 1, made of the types and the table of refusals: one page a call, in two languages."""

from typing import Any, Final

import msgspec

from prakerja.partner_api.admission import BASE_PATH
from prakerja.partner_api.calls import Call
from prakerja.partner_api.errors import Refusal
from prakerja.partner_api.server import CALLS

FOLDER: Final = "docs/reference/partner-api"
# Title in Indonesian, and the body of the example; variables of the shell stand for what a reader has in hand.
_PAGES: Final[dict[str, tuple[str, str]]] = {
    "payment/quota-schedule": (
        "Sisa kuota jadwal",
        '{"course_code":"$COURSE_CODE","schedule_code":"$SCHEDULE_CODE"}',
    ),
    "payment/send-otp": (
        "Kirim kode OTP untuk sebuah pembelian ke pemegang kartu",
        (
            '{"user_platform_id":"akun-1","prakerja_id":"$CARD","course_code":"$COURSE_CODE",'
            '"schedule_code":"$SCHEDULE_CODE","amount":$AMOUNT}'
        ),
    ),
    "payment/authorize": (
        "Debit kartu",
        '{"otp":"$OTP","invoice_url":"https://toko.example.id/faktur/1","invoice_code":"$INVOICE_CODE"}',
    ),
    "payment/status": ("Status sebuah invoice", '{"invoice_code":"$INVOICE_CODE"}'),
    "payment/void": (
        "Batalkan pembelian selama kodenya belum digunakan",
        '{"invoice_code":"$INVOICE_CODE","transaction_code":"$TRANSACTION_CODE"}',
    ),
    "payment/redeem-code/status": ("Status sebuah kode redeem", '{"redeem_code":"$REDEEM_CODE","sequence":1}'),
    "payment/redeem-code/commit": ("Gunakan kode redeem", '{"redeem_code":"$REDEEM_CODE"}'),
    "payment/redeem-code/reset": (
        "Kembalikan kode uji menjadi belum digunakan (sandbox)",
        '{"redeem_code":"$REDEEM_CODE"}',
    ),
    "oauth/url-generate": (
        "Alamat tempat peserta menunjukkan kehadirannya",
        '{"redeem_code":"$REDEEM_CODE","redirect_uri":"$REDIRECT_URI","email":"siti@lembaga.example.id","sequence":1}',
    ),
    "tpm/submission": (
        "Kumpulkan tugas peserta",
        '{"redeem_code":"$REDEEM_CODE","scope":"tpm","sequence":1,"url_file":"https://lembaga.example.id/tugas.pdf"}',
    ),
    "tpm/feedback/submission": (
        "Beri umpan balik atas tugas",
        '{"redeem_code":"$REDEEM_CODE","scope":"tpm","sequence":1,"notes":"Bagus."}',
    ),
    "tpm/submission/status": (
        "Apakah tugas dan umpan baliknya sudah ada",
        '{"redeem_code":"$REDEEM_CODE","scope":"tpm","sequence":1}',
    ),
    "catalogue/courses": (
        "Usulkan pelatihan dan ubah harganya, sampai 500 sekaligus",
        (
            '{"name":"kursus","rows":[{"own_code":"K-1","title":"Barista dasar","mode":"offline","training_type":3,'
            '"hours":16,"price_idr":400000,"comparison_price_idr":450000}]}'
        ),
    ),
}
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "for": "For",
        "platform": "digital platforms",
        "institution": "training institutions",
        "request": "Request",
        "answer": "Answer",
        "field": "field",
        "type": "type",
        "needed": "needed",
        "note": "note",
        "yes": "yes",
        "no": "no",
        "example": "Example",
        "no_data": "No data; `message` is",
        "errors": "Errors",
        "errors_text": "Every error is `{code, message, success: false}`; all codes stand in [errors](errors.md).",
        "index": "Partner API, version 1",
        "code": "code",
        "status": "HTTP",
        "message": "message",
        "seen": "of the programme",
        "other": "Bahasa Indonesia",
    },
    "id": {
        "for": "Untuk",
        "platform": "platform digital",
        "institution": "lembaga pelatihan",
        "request": "Permintaan",
        "answer": "Jawaban",
        "field": "kolom",
        "type": "jenis",
        "needed": "wajib",
        "note": "keterangan",
        "yes": "ya",
        "no": "tidak",
        "example": "Contoh",
        "no_data": "Tanpa data; `message` berisi",
        "errors": "Galat",
        "errors_text": "Setiap galat berbentuk `{code, message, success: false}`; semua kode ada di [galat](galat.md).",
        "index": "API mitra, versi 1",
        "code": "kode",
        "status": "HTTP",
        "message": "pesan",
        "seen": "dari program",
        "other": "English",
    },
}
_INTRODUCTION: Final = {
    "en": (
        "All calls are POST with JSON to `/api/v1/integration/…` and carry the headers `client_code`, "
        "`timestamp` (Unix seconds) and `signature` = lower-case hex HMAC-SHA1 of `client_code + timestamp + "
        "POST + path + body` with the key; on `payment/authorize` the value of `Authorization` stands between "
        "path and body. The timestamp may be five minutes off the server's clock.\n\n"
        "A proxy in front of the server must let header names with an underscore pass (nginx: "
        "`underscores_in_headers on`).\n\n"
        "The checks come in this order: size (128 KB) and time, media type, headers are there, key known, timestamp, "
        "signature, role, scope, JSON, fields in the order of the tables, key and partner still active, then "
        "the call's own. The programme's clock decides windows and deadlines, the machine's clock signatures, "
        "OTPs and links. A field that is null or an empty string counts as absent; a field that is not in the "
        "table is ignored.\n"
    ),
    "id": (
        "Semua panggilan adalah POST dengan JSON ke `/api/v1/integration/…` dan membawa header `client_code`, "
        "`timestamp` (detik Unix) dan `signature` = HMAC-SHA1 heksadesimal huruf kecil dari `client_code + "
        "timestamp + POST + path + body` dengan kunci mitra; pada `payment/authorize` isi `Authorization` "
        "berdiri di antara path dan body. Timestamp boleh berselisih lima menit dari jam server.\n\n"
        "Proksi di depan server harus meneruskan header dengan garis bawah (nginx: `underscores_in_headers "
        "on`).\n\n"
        "Urutan pemeriksaan: ukuran (128 KB) dan waktu, jenis isi, header lengkap, kunci dikenal, timestamp, "
        "signature, peran, lingkup, JSON, kolom menurut urutan tabel, kunci dan mitra masih aktif, lalu pemeriksaan "
        "panggilan itu sendiri. Jam program menentukan jendela dan tenggat; jam mesin menentukan signature, "
        "OTP, dan tautan. Kolom null atau kosong dianggap tidak ada; kolom yang tidak ada di tabel diabaikan.\n"
    ),
}
_ERRORS_PAGE: Final = {"en": "errors.md", "id": "galat.md"}
_INDEX_PAGE: Final = {"en": "index.md", "id": "indeks.md"}


def pages() -> dict[str, str]:
    """All pages by their path below the root of the clone."""
    made: dict[str, str] = {}
    for language in ("en", "id"):
        for call in CALLS:
            made[f"{FOLDER}/{_name(call, language)}"] = _page(call, language)
        made[f"{FOLDER}/{_ERRORS_PAGE[language]}"] = _errors(language)
        made[f"{FOLDER}/{_INDEX_PAGE[language]}"] = _index(language)
    return made


def example_of(call: Call[Any]) -> str:
    """The lines of a shell that sign and send a call."""
    body = _PAGES[call.path][1].replace('"', '\\"')
    path = BASE_PATH + call.path
    between, header = "", ""
    if call.takes_token:
        between, header = "Payment $PAYMENT_TOKEN", ' -H "Authorization: Payment $PAYMENT_TOKEN"'
    return (
        f'BODY="{body}"\n'
        "TS=$(date +%s)\n"
        f'SIGNATURE=$(printf %s "${{CLIENT_CODE}}${{TS}}POST{path}{between}${{BODY}}" '
        '| openssl dgst -sha1 -hmac "$KEY" -r | cut -d" " -f1)\n'
        f'curl -s "$BASE_URL{path}" -H "Content-Type: application/json" -H "client_code: $CLIENT_CODE" '
        f'-H "timestamp: $TS" -H "signature: $SIGNATURE"{header} -d "$BODY"\n'
    )


def _name(call: Call[Any], language: str) -> str:
    return f"{call.path.replace('/', '-')}{'' if language == 'en' else '.id'}.md"


def _title(call: Call[Any], language: str) -> str:
    return call.summary if language == "en" else _PAGES[call.path][0]


def _page(call: Call[Any], language: str) -> str:
    words = _WORDS[language]
    other = _name(call, "id" if language == "en" else "en")
    lines = [
        f"# {_title(call, language)}",
        "",
        f"`POST {BASE_PATH}{call.path}` · {words['for']} {words[call.role]} · [{words['other']}]({other})",
        "",
        f"## {words['request']}",
        "",
        *_table(call.request, words),
        "",
        f"## {words['answer']}",
        "",
    ]
    lines += _table(call.answer, words) if call.answer else [f"{words['no_data']} “{call.message}”."]
    lines += ["", f"## {words['errors']}", "", words["errors_text"]]
    lines += ["", f"## {words['example']}", "", "```sh", example_of(call).rstrip("\n"), "```", ""]
    return "\n".join(lines)


def _table(shown: type[msgspec.Struct], words: dict[str, str]) -> list[str]:
    _, schemas = msgspec.json.schema_components([shown], ref_template="{name}")
    needed = schemas[shown.__name__].get("required", [])
    lines = [
        f"| {words['field']} | {words['type']} | {words['needed']} | {words['note']} |",
        "|---|---|---|---|",
    ]
    for name, schema in schemas[shown.__name__]["properties"].items():
        lines.append(
            f"| `{name}` | {_type(schema)} | {words['yes'] if name in needed else words['no']} | {_note(schema)} |"
        )
    return lines


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " / ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    return str(schema.get("type") or schema.get("$ref"))


def _note(schema: dict[str, Any]) -> str:
    limits = (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"))
    notes = [str(schema["description"])] if "description" in schema else []
    notes += [f"{sign} {schema[name]}" for name, sign in limits if name in schema]
    return " ".join(notes)


def _errors(language: str) -> str:
    words = _WORDS[language]
    lines = [
        f"# {words['errors']}",
        "",
        f"| {words['code']} | {words['status']} | {words['message']} | {words['seen']} |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {one.code} | {one.status} | {one.value.message} | {words['yes'] if one.value.seen else words['no']} |"
        for one in sorted(Refusal, key=lambda refusal: refusal.code)
    ]
    return "\n".join([*lines, ""])


def _index(language: str) -> str:
    words = _WORDS[language]
    lines = [f"# {words['index']}", "", _INTRODUCTION[language]]
    for role in ("platform", "institution"):
        lines += [f"## {words[role].capitalize()}", ""]
        lines += [
            f"- [`{call.path}`]({_name(call, language)}): {_title(call, language)}"
            for call in CALLS
            if call.role == role
        ]
        lines.append("")
    return "\n".join([*lines, f"[{words['errors']}]({_ERRORS_PAGE[language]})", ""])
