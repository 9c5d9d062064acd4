"""The one table of refusals: code, HTTP status and the sentence that a person reads; and which domain code leads where.

Codes marked `seen` are those of the real programme; the others are ours, in the same shape. A member's name is what we
call it, its value the row. `{field}` in a sentence is filled with the name of the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from prakerja.learning.errors import TaskCode
from prakerja.purchases.errors import OtpCode, PurchaseCode, RedeemCode, VoidCode


class Row(NamedTuple):
    """One refusal as a partner sees it."""

    code: str
    status: int
    message: str
    seen: bool = False


class Refusal(Enum):
    """Every refusal of version 1. The order is that of the checks where several could apply to one request."""

    # What cannot be a call.
    PATH_UNKNOWN = Row("ERRPLT40401", 404, "Alamat tidak ditemukan.")
    METHOD_NOT_ALLOWED = Row("ERRPLT40501", 405, "Metode tidak diizinkan untuk alamat ini.")
    BODY_TOO_LARGE = Row("ERRPLT41301", 413, "Isi permintaan terlalu besar.")
    MEDIA_TYPE_NOT_ALLOWED = Row("ERRPLT41501", 415, "Jenis isi permintaan harus application/json tanpa kompresi.")
    REQUEST_TOO_SLOW = Row("ERRPLT40801", 408, "Permintaan tidak diterima lengkap pada waktunya.")
    HEAD_TOO_LARGE = Row("ERRPLT43101", 431, "Header permintaan terlalu besar.")
    HTTP_MALFORMED = Row("ERRPLT40005", 400, "Permintaan bukan HTTP yang sah.")
    CODING_UNKNOWN = Row("ERRPLT50101", 501, "Transfer-Encoding selain chunked tidak didukung.")
    # Who calls.
    CLIENT_MISSING = Row("ERRPLT40101", 401, "Header client_code wajib diisi.")
    TIMESTAMP_MALFORMED = Row("ERRPLT40102", 401, "Header timestamp wajib diisi dengan detik Unix.")
    SIGNATURE_MISSING = Row("ERRPLT40103", 401, "Header signature wajib diisi.")
    TOKEN_MISSING = Row("ERRPLT40104", 401, "Header Authorization wajib diisi dengan Payment dan token pembayaran.")
    RATE_LIMITED = Row("ERRPLT42901", 429, "Terlalu banyak permintaan. Silakan coba beberapa saat lagi.")
    CLIENT_UNKNOWN = Row("ERRPLT40105", 401, "Client code tidak dikenal.")
    TIMESTAMP_EXPIRED = Row("ERRPLT40106", 401, "Timestamp di luar batas waktu 5 menit.")
    SIGNATURE_WRONG = Row("ERRPLT40107", 401, "Signature tidak sesuai.")
    ROLE_NOT_ALLOWED = Row("ERRPLT40301", 403, "Mitra tidak berhak memakai layanan ini.")
    SCOPE_NOT_ALLOWED = Row("ERRPLT40302", 403, "Kunci ini tidak berlaku untuk layanan ini.")
    SANDBOX_ONLY = Row("ERRPLT40303", 403, "Layanan ini hanya ada di sandbox.")
    # What is asked for.
    JSON_MALFORMED = Row("ERRPLT40001", 400, "Isi permintaan bukan JSON yang sah.")
    KEY_DUPLICATED = Row("ERRPLT40002", 400, "Isi permintaan memuat kolom yang sama dua kali.")
    NO_OBJECT = Row("ERRPLT42201", 422, "Isi permintaan harus berupa objek JSON.")
    COURSE_OR_SCHEDULE_EMPTY = Row("ERRPLT40036", 400, "Kode pelatihan atau kode jadwal tidak boleh kosong.", seen=True)
    FIELD_MISSING = Row("ERRPLT40003", 400, "Kolom {field} wajib diisi.")
    FIELD_MALFORMED = Row("ERRPLT40004", 400, "Isi kolom {field} tidak sesuai.")
    # Decided together with the call.
    KEY_NOT_LIVE = Row("ERRPLT40108", 401, "Kunci sudah tidak berlaku.")
    PARTNER_NOT_ACTIVE = Row("ERRPLT40304", 403, "Mitra sedang tidak aktif dalam program.")
    # Paying: send-otp and authorize.
    SCHEDULE_UNKNOWN = Row("ERRPLT40010", 400, "Jadwal pelatihan tidak ditemukan.")
    SCHEDULE_OF_ANOTHER_COURSE = Row("ERRPLT40011", 400, "Jadwal bukan milik pelatihan ini.")
    SCHEDULE_CLOSED = Row("ERRPLT40012", 400, "Pendaftaran jadwal pelatihan ini sudah ditutup.")
    SOLD_OUT = Row("ERRPLT40013", 400, "Kuota jadwal pelatihan sudah habis.")
    CARD_UNKNOWN = Row("ERRPLT40014", 400, "Nomor Kartu Prakerja tidak ditemukan.")
    CARD_IS_REGULAR = Row("ERRPLT40015", 400, "Kartu reguler hanya dapat dipakai di lembaga pelatihan dengan PIN.")
    CARD_NOT_ACTIVE = Row("ERRPLT40016", 400, "Kartu Prakerja tidak aktif.")
    PARTICIPANT_NOT_ACTIVE = Row("ERRPLT40017", 400, "Kepesertaan Prakerja tidak aktif.")
    AGE_NOT_ALLOWED = Row("ERRPLT40018", 400, "Usia peserta tidak sesuai dengan syarat pelatihan.")
    EDUCATION_NOT_ALLOWED = Row("ERRPLT40034", 400, "Pendidikan peserta tidak sesuai dengan syarat pelatihan.")
    PRICE_CHANGED = Row("ERRPLT40019", 400, "Jumlah pembayaran tidak sama dengan harga pelatihan.")
    OTP_LOCKED = Row("ERRPLT40020", 400, "Terlalu banyak kode OTP salah. Silakan coba lagi setelah 15 menit.")
    TOO_MANY_CODES = Row(
        "ERRPLT42902", 429, "Terlalu banyak kode OTP dikirim untuk kartu ini. Silakan coba lagi nanti."
    )
    INVOICE_REUSED = Row("ERRPLT40021", 400, "Kode invoice sudah dipakai untuk permintaan lain.")
    TOKEN_UNKNOWN = Row("ERRPLT40109", 401, "Token pembayaran tidak dikenal.")
    TOKEN_USED = Row("ERRPLT40110", 401, "Token pembayaran sudah dipakai.")
    TOKEN_EXPIRED = Row("ERRPLT40111", 401, "Token pembayaran sudah kedaluwarsa.")
    OTP_WRONG = Row("ERRPLT40022", 400, "Kode OTP salah.")
    INSTITUTION_NOT_REGISTERED = Row("ERRPLT40023", 400, "Lembaga pelatihan tidak terdaftar di platform ini.")
    NO_AGREEMENT_IN_FORCE = Row("ERRPLT40024", 400, "Tidak ada perjanjian yang berlaku dengan lembaga pelatihan ini.")
    NOT_LISTED = Row("ERRPLT40025", 400, "Pelatihan tidak dijual di platform ini.")
    FIRST_PURCHASE_DEADLINE_PASSED = Row("ERRPLT40026", 400, "Batas waktu pembelian pelatihan pertama sudah lewat.")
    BALANCE_EXPIRED = Row("ERRPLT40027", 400, "Masa berlaku saldo pelatihan sudah habis.")
    FIRST_COURSE_NOT_COMPLETED = Row("ERRPLT40029", 400, "Pelatihan sebelumnya belum diselesaikan.")
    ALREADY_BOUGHT = Row("ERRPLT40030", 400, "Jadwal pelatihan ini sudah dibeli dengan kartu ini.")
    PLATFORM_ACCOUNT_USES_ANOTHER_CARD = Row("ERRPLT40031", 400, "Akun ini sudah terhubung dengan kartu lain.")
    BALANCE_TOO_LOW = Row("ERRPLT40032", 400, "Saldo pelatihan tidak mencukupi.")
    # Payment status and void.
    INVOICE_UNKNOWN = Row("ERRPLT40033", 400, "Invoice tidak ditemukan.")
    TRANSACTION_UNKNOWN = Row("ERRVOD40001", 400, "Kode transaksi tidak ditemukan.", seen=True)
    ALREADY_VOIDED = Row("ERRPLT40028", 400, "Transaksi sudah dibatalkan sebelumnya", seen=True)
    VOID_AFTER_REDEMPTION = Row("ERRVOD40002", 400, "Transaksi tidak dapat dibatalkan, kode redeem sudah digunakan.")
    VOID_OF_CLOSED = Row("ERRVOD40003", 400, "Transaksi tidak dapat dibatalkan, pembelian sudah ditutup.")
    # Redeem codes.
    CODE_UNKNOWN = Row("ERRTRX40020", 400, "Transaksi tidak ditemukan", seen=True)
    CODE_OF_ANOTHER_INSTITUTION = Row(
        "ERRTRX40028", 400, "Gagal verifikasi, kode redeem bukan milik lembaga pelatihan.", seen=True
    )
    CODE_VOIDED = Row("ERRTRX40022", 400, "Gagal verifikasi, kode sudah dibatalkan", seen=True)
    TRANSACTION_VOIDED = Row("ERRTRX40101", 401, "Gagal verifikasi, transaksi sudah dibatalkan", seen=True)
    CODE_ALREADY_USED = Row("ERRTRX40021", 400, "Redeem Code sudah digunakan", seen=True)
    PURCHASE_CLOSED = Row("ERRTRX40029", 400, "Gagal verifikasi, pembelian sudah ditutup.")
    TRAINING_TYPE_WRONG = Row("ERRTRX40001", 400, "Gagal verifikasi, tipe pelatihan tidak sesuai.", seen=True)
    OUTSIDE_WINDOW = Row(
        "ERRTRX40027",
        400,
        "Jadwal pelatihan belum dimulai atau sudah selesai, silahkan cek jadwal pelatihan pada dashboard Prakerja",
        seen=True,
    )
    CODE_NOT_REDEEMED = Row("ERRTRX40030", 400, "Kode redeem belum digunakan.")
    SESSION_UNKNOWN = Row("ERRTRX40031", 400, "Sesi pelatihan tidak ditemukan.")
    REDIRECT_URI_NOT_REGISTERED = Row("ERRTRX40032", 400, "redirect_uri belum terdaftar.")
    EMAIL_OF_ANOTHER_PARTICIPANT = Row("ERRTRX40033", 400, "Email sudah dipakai peserta lain di pelatihan ini.")
    NO_TEST_CODE = Row("ERRTRX40034", 400, "Hanya kode uji dengan awalan PRAT- yang dapat dikembalikan.")
    TASK_UNKNOWN = Row("ERRTRX40035", 400, "Tugas belum dikumpulkan.")
    TASK_ALREADY_ANSWERED = Row("ERRTRX40036", 400, "Tugas sudah mendapat umpan balik.")
    # Single sign-on: one sentence for most, as the programme had it. What any address refuses (method, size, time, too
    # many, our own failures) has its general code here too.
    SIGN_ON_NO_CLIENT = Row("ERROAUTH4024", 400, "Unauthorized", seen=True)
    SIGN_ON_CLIENT_UNKNOWN = Row("ERROAUTH4029", 400, "Unauthorized", seen=True)
    SIGN_ON_NOT_ALLOWED = Row("ERROAUTH4033", 400, "Unauthorized")
    SIGN_ON_TIMESTAMP = Row("ERROAUTH4025", 400, "Unauthorized")
    SIGN_ON_SIGNATURE = Row("ERROAUTH4026", 400, "Unauthorized")
    SIGN_ON_REQUEST = Row("ERROAUTH4027", 400, "Permintaan tidak lengkap atau tidak sesuai.")
    SIGN_ON_ADDRESS = Row("ERROAUTH4028", 400, "redirect_uri atau login_uri belum terdaftar.")
    SIGN_ON_NO_USER = Row("ERROAUTH4030", 400, "Unauthorized", seen=True)
    SIGN_ON_CODE_UNKNOWN = Row("ERROAUTH4031", 400, "Unauthorized", seen=True)
    SIGN_ON_TOKEN_UNKNOWN = Row("ERROAUTH4032", 400, "Unauthorized")
    # Our own failure.
    INTERNAL = Row("ERRPLT50001", 500, "Terjadi kesalahan pada sistem. Silakan coba beberapa saat lagi.")
    UNAVAILABLE = Row("ERRPLT50301", 503, "Layanan sedang tidak tersedia. Silakan coba beberapa saat lagi.")

    @property
    def code(self) -> str:
        """The code on the wire."""
        return self.value.code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value.status


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal as an answer: the row, the field that it is about, and what a sandbox adds for the programmer."""

    refusal: Refusal
    field: str = ""
    base_string: str | None = None
    retry_after_seconds: int | None = None

    @property
    def message(self) -> str:
        """The sentence."""
        return self.refusal.value.message.replace("{field}", self.field)


# What may be refused at every address, in the order of the checks; `FAILURES` at any moment.
ADDRESS_REFUSALS: Final = (
    Refusal.HTTP_MALFORMED,
    Refusal.HEAD_TOO_LARGE,
    Refusal.CODING_UNKNOWN,
    Refusal.BODY_TOO_LARGE,
    Refusal.REQUEST_TOO_SLOW,
    Refusal.METHOD_NOT_ALLOWED,
)
FAILURES: Final = (Refusal.INTERNAL, Refusal.UNAVAILABLE)
# What may be refused at every signed call, in the order of the checks.
GENERAL_REFUSALS: Final = (
    *ADDRESS_REFUSALS,
    Refusal.MEDIA_TYPE_NOT_ALLOWED,
    Refusal.CLIENT_MISSING,
    Refusal.TIMESTAMP_MALFORMED,
    Refusal.SIGNATURE_MISSING,
    Refusal.CLIENT_UNKNOWN,
    Refusal.TIMESTAMP_EXPIRED,
    Refusal.SIGNATURE_WRONG,
    Refusal.ROLE_NOT_ALLOWED,
    Refusal.SCOPE_NOT_ALLOWED,
    Refusal.JSON_MALFORMED,
    Refusal.KEY_DUPLICATED,
    Refusal.NO_OBJECT,
    Refusal.FIELD_MISSING,
    Refusal.FIELD_MALFORMED,
    Refusal.RATE_LIMITED,
    Refusal.KEY_NOT_LIVE,
    Refusal.PARTNER_NOT_ACTIVE,
    *FAILURES,
)
REFUSAL_BY_CODE: Final[Mapping[str, Refusal]] = {refusal.code: refusal for refusal in Refusal}

OTP_REFUSALS: Final[Mapping[OtpCode, Refusal]] = {
    OtpCode.PLATFORM_NOT_ACTIVE: Refusal.PARTNER_NOT_ACTIVE,
    OtpCode.SCHEDULE_UNKNOWN: Refusal.SCHEDULE_UNKNOWN,
    OtpCode.SCHEDULE_CLOSED: Refusal.SCHEDULE_CLOSED,
    OtpCode.SOLD_OUT: Refusal.SOLD_OUT,
    OtpCode.CARD_UNKNOWN: Refusal.CARD_UNKNOWN,
    OtpCode.CHANNEL_NOT_ALLOWED: Refusal.CARD_IS_REGULAR,
    OtpCode.CARD_NOT_ACTIVE: Refusal.CARD_NOT_ACTIVE,
    OtpCode.PARTICIPANT_NOT_ACTIVE: Refusal.PARTICIPANT_NOT_ACTIVE,
    OtpCode.AGE_NOT_ALLOWED: Refusal.AGE_NOT_ALLOWED,
    OtpCode.EDUCATION_NOT_ALLOWED: Refusal.EDUCATION_NOT_ALLOWED,
    OtpCode.PRICE_CHANGED: Refusal.PRICE_CHANGED,
    OtpCode.OTP_LOCKED: Refusal.OTP_LOCKED,
    OtpCode.TOO_MANY_CODES: Refusal.TOO_MANY_CODES,
}

# A purchase over this API has a token and an OTP, never a PIN: PIN_WRONG and PIN_LOCKED are answers to counters.
PURCHASE_REFUSALS: Final[Mapping[PurchaseCode, Refusal]] = {
    PurchaseCode.INVOICE_REUSED: Refusal.INVOICE_REUSED,
    PurchaseCode.PLATFORM_NOT_ACTIVE: Refusal.PARTNER_NOT_ACTIVE,
    PurchaseCode.TOKEN_UNKNOWN: Refusal.TOKEN_UNKNOWN,
    PurchaseCode.TOKEN_USED: Refusal.TOKEN_USED,
    PurchaseCode.TOKEN_EXPIRED: Refusal.TOKEN_EXPIRED,
    PurchaseCode.OTP_LOCKED: Refusal.OTP_LOCKED,
    PurchaseCode.OTP_WRONG: Refusal.OTP_WRONG,
    PurchaseCode.CARD_UNKNOWN: Refusal.CARD_UNKNOWN,
    PurchaseCode.CARD_NOT_ACTIVE: Refusal.CARD_NOT_ACTIVE,
    PurchaseCode.PARTICIPANT_NOT_ACTIVE: Refusal.PARTICIPANT_NOT_ACTIVE,
    PurchaseCode.SCHEDULE_UNKNOWN: Refusal.SCHEDULE_UNKNOWN,
    PurchaseCode.CHANNEL_NOT_ALLOWED: Refusal.CARD_IS_REGULAR,
    PurchaseCode.INSTITUTION_NOT_REGISTERED: Refusal.INSTITUTION_NOT_REGISTERED,
    PurchaseCode.NO_AGREEMENT_IN_FORCE: Refusal.NO_AGREEMENT_IN_FORCE,
    PurchaseCode.NOT_LISTED: Refusal.NOT_LISTED,
    PurchaseCode.PRICE_CHANGED: Refusal.PRICE_CHANGED,
    PurchaseCode.SCHEDULE_CLOSED: Refusal.SCHEDULE_CLOSED,
    PurchaseCode.FIRST_PURCHASE_DEADLINE_PASSED: Refusal.FIRST_PURCHASE_DEADLINE_PASSED,
    PurchaseCode.BALANCE_EXPIRED: Refusal.BALANCE_EXPIRED,
    PurchaseCode.FIRST_COURSE_NOT_COMPLETED: Refusal.FIRST_COURSE_NOT_COMPLETED,
    PurchaseCode.ALREADY_BOUGHT: Refusal.ALREADY_BOUGHT,
    PurchaseCode.SOLD_OUT: Refusal.SOLD_OUT,
    PurchaseCode.AGE_NOT_ALLOWED: Refusal.AGE_NOT_ALLOWED,
    PurchaseCode.PLATFORM_ACCOUNT_USES_ANOTHER_CARD: Refusal.PLATFORM_ACCOUNT_USES_ANOTHER_CARD,
    PurchaseCode.BALANCE_TOO_LOW: Refusal.BALANCE_TOO_LOW,
}

VOID_REFUSALS: Final[Mapping[VoidCode, Refusal]] = {
    VoidCode.TRANSACTION_UNKNOWN: Refusal.TRANSACTION_UNKNOWN,
    VoidCode.ALREADY_VOIDED: Refusal.ALREADY_VOIDED,
    VoidCode.CODE_ALREADY_REDEEMED: Refusal.VOID_AFTER_REDEMPTION,
    VoidCode.PURCHASE_CLOSED: Refusal.VOID_OF_CLOSED,
}

REDEEM_REFUSALS: Final[Mapping[RedeemCode, Refusal]] = {
    RedeemCode.CODE_UNKNOWN: Refusal.CODE_UNKNOWN,
    RedeemCode.CODE_OF_ANOTHER_INSTITUTION: Refusal.CODE_OF_ANOTHER_INSTITUTION,
    RedeemCode.PURCHASE_VOIDED: Refusal.CODE_VOIDED,
    RedeemCode.CODE_ALREADY_USED: Refusal.CODE_ALREADY_USED,
    RedeemCode.PURCHASE_CLOSED: Refusal.PURCHASE_CLOSED,
    RedeemCode.OUTSIDE_WINDOW: Refusal.OUTSIDE_WINDOW,
}

TASK_REFUSALS: Final[Mapping[TaskCode, Refusal]] = {
    TaskCode.UNKNOWN_PURCHASE: Refusal.CODE_UNKNOWN,
    TaskCode.ANOTHER_INSTITUTION: Refusal.CODE_OF_ANOTHER_INSTITUTION,
    TaskCode.VOIDED: Refusal.TRANSACTION_VOIDED,
    TaskCode.NOT_REDEEMED: Refusal.CODE_NOT_REDEEMED,
    TaskCode.EXPIRED: Refusal.PURCHASE_CLOSED,
    TaskCode.NO_ASSIGNMENT: Refusal.TASK_UNKNOWN,
    TaskCode.ALREADY_ANSWERED: Refusal.TASK_ALREADY_ANSWERED,
}
