"""What a table of fields and refusals does not say about a call, in English and Indonesian, for its reference page."""

from typing import Final

from prakerja.kit.settings import OTP_CODES
from prakerja.purchases.rules import OTP_LIFE_SECONDS, OTP_TRIES

_MINUTES = OTP_LIFE_SECONDS // 60
_HOUR, _DAY = OTP_CODES["production"].values()
_SANDBOX_HOUR, _SANDBOX_DAY = OTP_CODES["sandbox"].values()

REMARKS: Final[dict[str, tuple[str, str]]] = {
    "payment/send-otp": (
        (
            f"A code lives {_MINUTES} minutes and takes {OTP_TRIES} tries; then the card waits 15 minutes at "
            "your platform. A repeated call sends another code; those before it stay good. One platform may "
            f"send a card {_HOUR} codes in any hour and {_DAY} in any 24 hours, all platforms together twice as "
            f"many (in a sandbox {_SANDBOX_HOUR} and {_SANDBOX_DAY}, unless it is set otherwise); codes that "
            "were paid with do not count. Behind that `ERRPLT42902` says by `Retry-After`, in seconds, when the "
            "card may be sent a code again: codes that were sent still pay."
        ),
        (
            f"Kode berlaku {_MINUTES} menit dan boleh dicoba {OTP_TRIES} kali; setelah itu kartu menunggu 15 "
            "menit di platform Anda. Panggilan ulang mengirim kode lain; kode sebelumnya tetap berlaku. Satu "
            f"platform boleh mengirim {_HOUR} kode ke sebuah kartu dalam satu jam dan {_DAY} dalam 24 jam, semua "
            f"platform bersama dua kali lipat (di sandbox {_SANDBOX_HOUR} dan {_SANDBOX_DAY}, kecuali diatur "
            "lain); kode yang dipakai membayar tidak dihitung. Setelah itu `ERRPLT42902` menyebut dalam "
            "`Retry-After`, dalam detik, kapan kartu boleh dikirimi kode lagi: kode yang sudah terkirim tetap dapat "
            "dipakai membayar."
        ),
    ),
    "payment/authorize": (
        (
            "When no answer came, send the same body with the same token again, signed anew: it gets the stored "
            "answer, whatever became of code and token since, and the card is debited once. The same "
            "`invoice_code` with another body or token is `ERRPLT40021`. The redeem code is not in the answer: "
            "the participant gets it from us."
        ),
        (
            "Jika tidak ada jawaban, kirim lagi isi yang sama dengan token yang sama, dengan signature baru: "
            "jawabannya yang tersimpan, apa pun yang terjadi pada kode dan token, dan kartu didebit sekali. "
            "`invoice_code` yang sama dengan isi atau token lain ditolak dengan `ERRPLT40021`. Kode redeem "
            "tidak ada di jawaban: peserta menerimanya dari kami."
        ),
    ),
    "payment/void": (
        ("A second void is refused with `ERRPLT40028`: when no answer came to the first, this says that it was done."),
        (
            "Pembatalan kedua ditolak dengan `ERRPLT40028`: jika yang pertama tidak terjawab, ini berarti sudah "
            "terlaksana."
        ),
    ),
    "payment/redeem-code/commit": (
        (
            "A second commit is refused with `ERRTRX40021`: when no answer came to the first, this says that it "
            "was done."
        ),
        ("Commit kedua ditolak dengan `ERRTRX40021`: jika yang pertama tidak terjawab, ini berarti sudah terlaksana."),
    ),
    "oauth/url-generate": (
        (
            "Send the participant's browser to `url`. It comes back to `redirect_uri` with the query parameter "
            "`state`; compare it with the one of this answer, then ask `payment/redeem-code/status` for that "
            "`sequence`. Sequence 1 also redeems the code. An address is made from 1 hour before to 1 hour "
            "after the session's start, lives two hours and takes one presence check."
        ),
        (
            "Arahkan browser peserta ke `url`. Browser kembali ke `redirect_uri` dengan parameter `state`; "
            "bandingkan dengan yang di jawaban ini, lalu tanyakan `payment/redeem-code/status` untuk `sequence` "
            "itu. Sequence 1 sekaligus menukar kode. Alamat dibuat dari 1 jam sebelum sampai 1 jam setelah sesi "
            "mulai, berlaku dua jam, dan untuk satu pemeriksaan kehadiran."
        ),
    ),
}
