"""The words of the reference pages, in both languages."""

from typing import Final

# Title in Indonesian, and the body of the example; variables of the shell stand for what a reader has in hand.
PAGES: Final[dict[str, tuple[str, str]]] = {
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
WORDS: Final[dict[str, dict[str, str]]] = {
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
        "errors_text": (
            "Every error is `{code, message, success: false}`. Behind [what any call may "
            "refuse](errors.md#every-call), this one refuses, in this order:"
        ),
        "errors_none": (
            "Every error is `{code, message, success: false}`. This call refuses only [what any call may "
            "refuse](errors.md#every-call)."
        ),
        "errors_sign_on": (
            "Every error is `{code, message, success: false}`. Behind [what any address may "
            "refuse](errors.md#every-address), this one refuses, in this order:"
        ),
        "every_address": "Every address",
        "every_address_text": ("Also those of single sign-on. In the order of the checks; the last two at any moment."),
        "every_call": "Every call",
        "every_call_text": "In the order of the checks; the last two at any moment.",
        "all_codes": "All codes",
        "sign_on": "Single sign-on",
        "sign_on_text": (
            "Another envelope: `{message, success, errorCode, data}`, with `errorCode` `0`; errors have the "
            "shape of all errors, with `ERROAUTH` codes for what single sign-on refuses itself, the general ones for "
            "method, size, time, rate and our own failures. `X-Signature` is as `signature`, over `client id + "
            "timestamp + GET + path` without the query. A code works once, for two minutes, for the client and the "
            "registered `redirect_uri` that it "
            "was asked for; a refresh token works once."
        ),
        "place": "in",
        "body": "body",
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
        "errors_text": (
            "Setiap galat berbentuk `{code, message, success: false}`. Setelah [yang dapat ditolak di semua "
            "panggilan](galat.md#semua-panggilan), panggilan ini menolak, menurut urutan ini:"
        ),
        "errors_none": (
            "Setiap galat berbentuk `{code, message, success: false}`. Panggilan ini hanya menolak [yang dapat "
            "ditolak di semua panggilan](galat.md#semua-panggilan)."
        ),
        "errors_sign_on": (
            "Setiap galat berbentuk `{code, message, success: false}`. Setelah [yang dapat ditolak di semua "
            "alamat](galat.md#semua-alamat), alamat ini menolak, menurut urutan ini:"
        ),
        "every_address": "Semua alamat",
        "every_address_text": ("Juga alamat single sign-on. Menurut urutan pemeriksaan; dua yang terakhir kapan saja."),
        "every_call": "Semua panggilan",
        "every_call_text": "Menurut urutan pemeriksaan; dua yang terakhir kapan saja.",
        "all_codes": "Semua kode",
        "sign_on": "Masuk dengan Prakerja",
        "sign_on_text": (
            "Amplopnya lain: `{message, success, errorCode, data}`, dengan `errorCode` `0`; galat berbentuk sama "
            "seperti semua galat, dengan kode `ERROAUTH` untuk yang ditolak single sign-on sendiri dan kode umum untuk "
            "metode, ukuran, waktu, laju, dan kegagalan kami. `X-Signature` seperti `signature`, atas `client id + "
            "timestamp + GET + path` tanpa query. "
            "Kode berlaku sekali, selama dua menit, untuk klien dan `redirect_uri` terdaftar yang memintanya; "
            "refresh token berlaku sekali."
        ),
        "place": "di",
        "body": "isi",
        "index": "API mitra, versi 1",
        "code": "kode",
        "status": "HTTP",
        "message": "pesan",
        "seen": "dari program",
        "other": "English",
    },
}
INTRODUCTION: Final = {
    "en": (
        "All calls are POST with JSON to `/api/v1/integration/…` and carry the headers `client_code`, "
        "`timestamp` (Unix seconds) and `signature` = lower-case hex HMAC-SHA1 of `client_code + timestamp + "
        "POST + path + body` with the key; on `payment/authorize` the value of `Authorization` stands between "
        "path and body. The timestamp may be five minutes off the server's clock.\n\n"
        "A signature may be over the body as it is sent; without the white space between its parts; that with `&`, "
        "`<`, `>`, U+2028 and U+2029 escaped as Go does (`\\u0026`); or written with only the escapes that JSON "
        "demands, keys and numbers as they stand; a body over 128 KB only as it is sent. On `payment/authorize` it may "
        "be over the whole value of `Authorization`, over the bare token, or over neither. "
        "Slashes too many before the path count as one, in the "
        "address and in the signature. The same request again within the five minutes is decided anew: "
        "`payment/authorize` gives its stored answer, a second commit or void its own code, a read reads again.\n\n"
        "A proxy in front of the server must let header names with an underscore pass (nginx: "
        "`underscores_in_headers on`).\n\n"
        "Bodies come with `Content-Length` or in chunks, not compressed (`Transfer-Encoding` holds exactly "
        "`chunked`, or is not there).\n\n"
        "The checks come in this order: size (64 KB of head, 128 KB of body; 1 MB for `catalogue/courses`) "
        "and time, media type, headers are there, key known, timestamp, signature, role, scope, JSON, fields in the "
        "order of the tables, key and partner still active, then the call's own. The programme's clock decides "
        "windows and deadlines, the machine's clock signatures, OTPs and links. A field that is null or an empty "
        "string counts as absent; a field that is not in the table is ignored.\n"
    ),
    "id": (
        "Semua panggilan adalah POST dengan JSON ke `/api/v1/integration/…` dan membawa header `client_code`, "
        "`timestamp` (detik Unix) dan `signature` = HMAC-SHA1 heksadesimal huruf kecil dari `client_code + "
        "timestamp + POST + path + body` dengan kunci mitra; pada `payment/authorize` isi `Authorization` "
        "berdiri di antara path dan body. Timestamp boleh berselisih lima menit dari jam server.\n\n"
        "Signature boleh dihitung atas body seperti dikirim; tanpa spasi di antara bagian-bagiannya; bentuk itu dengan "
        "`&`, `<`, `>`, U+2028 dan U+2029 ditulis seperti oleh Go (`\\u0026`); atau ditulis hanya dengan escape yang "
        "diwajibkan JSON, kolom dan angka seperti adanya; body di atas 128 KB hanya seperti dikirim. Pada "
        "`payment/authorize` boleh atas seluruh isi `Authorization`, atas token saja, atau tanpa keduanya. "
        "Garis miring berlebih di depan path dihitung satu, di "
        "alamat dan di signature. Permintaan yang sama dalam lima menit itu diputuskan lagi: `payment/authorize` "
        "memberi jawaban yang tersimpan, commit atau void kedua mendapat kodenya sendiri, yang membaca membaca "
        "lagi.\n\n"
        "Proksi di depan server harus meneruskan header dengan garis bawah (nginx: `underscores_in_headers "
        "on`).\n\n"
        "Body datang dengan `Content-Length` atau dalam chunk, tanpa kompresi (`Transfer-Encoding` berisi tepat "
        "`chunked`, atau tidak ada).\n\n"
        "Urutan pemeriksaan: ukuran (64 KB header, 128 KB isi; 1 MB untuk `catalogue/courses`) dan waktu, jenis "
        "isi, header lengkap, kunci dikenal, timestamp, signature, peran, lingkup, JSON, kolom menurut urutan tabel, "
        "kunci dan mitra masih aktif, lalu pemeriksaan panggilan itu sendiri. Jam program menentukan jendela dan "
        "tenggat; jam mesin menentukan signature, OTP, dan tautan. Kolom null atau kosong dianggap tidak ada; kolom "
        "yang tidak ada di tabel diabaikan.\n"
    ),
}
# What the types say about fields, in Indonesian.
NOTES_ID: Final = {
    "Code of the course.": "Kode pelatihan.",
    "Code of the schedule.": "Kode jadwal.",
    "The platform's own code, unique for it.": "Kode platform sendiri, unik di platform itu.",
    "Our code of a purchase.": "Kode pembelian dari kami.",
    "12 letters and digits; PRAT-… in a sandbox.": "12 huruf dan angka; PRAT-… di sandbox.",
    "Whole rupiah.": "Rupiah bulat.",
    "tpm: practice task; uk: skill demonstration.": "tpm: tugas praktik mandiri; uk: unjuk keterampilan.",
    "1 to 10 a session, 999 the post-test.": "1 sampai 10 sebuah sesi, 999 tes akhir.",
    "1 to 998 a practice task, 999 the skill demonstration.": "1 sampai 998 tugas praktik, 999 uji keterampilan.",
    "The card's 16 digits.": "16 angka kartu.",
    "The participant's at the institution.": "Milik peserta di lembaga.",
    "Your own name of this call.": "Nama Anda sendiri untuk panggilan ini.",
    "Only say what the rows would do; take none.": "Hanya katakan akibat baris-barisnya; jangan ambil satu pun.",
    "Courses by `own_code`; the other fields are those of the template for files.": (
        "Pelatihan menurut `own_code`; kolom lain seperti di templat berkas."
    ),
}
