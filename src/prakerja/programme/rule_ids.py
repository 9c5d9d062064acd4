"""Every rule of the programme: its id and its sentence, in Indonesian and English.

The one home of the ids. The values stand in the regime files, the decisions in the packages that name the id.
"""

from dataclasses import dataclass
from typing import NewType

RuleId = NewType("RuleId", str)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the words are short, since the regime files carry the values."""

    id: RuleId
    text_id: str
    text_en: str


_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        "SCHEME-01",
        (
            "Kuota kartu per skema dan jalur: digital dan reguler. Yang dihitung peserta, bukan kartu pengganti; "
            "pencabutan mengembalikan tempat."
        ),
        (
            "Card quota per scheme and channel: digital and regular. Participants count, replaced cards do not; "
            "a revocation frees the place."
        ),
    ),
    (
        "SCHEME-02",
        "Pemegang kartu digital memilih pelatihan di platform digital.",
        "The holder of a digital card chooses training on a digital platform.",
    ),
    (
        "SCHEME-03",
        "Pelatihan diberikan daring (e-learning) atau luring (tatap muka).",
        "Training is given online (e-learning) or offline (face to face).",
    ),
    (
        "SCHEME-04",
        (
            "Kartu reguler adalah kartu fisik; pelatihannya hanya luring, di lembaga pelatihan pemerintah, swasta, "
            "atau industri."
        ),
        (
            "A regular card is a physical card; its training is offline only, at a government, private or industry "
            "institution."
        ),
    ),
    (
        "SCHEME-05",
        "Setiap lembaga pelatihan boleh ikut melalui platform tempat lembaga itu terdaftar.",
        "Every training institution may join through a platform on which it is registered.",
    ),
    (
        "SCHEME-06",
        "Pendaftaran lembaga mengikuti persyaratan tiap platform.",
        "An institution's registration follows each platform's own requirements.",
    ),
    (
        "SCHEME-07",
        (
            "Manajemen Pelaksana mengakui platform: tujuh swasta dan satu milik pemerintah pada skema awal; "
            "pengakuan dapat ditambah atau diakhiri."
        ),
        (
            "The programme office recognises platforms: seven private and one of the government at first; it can "
            "recognise more and end a recognition."
        ),
    ),
    (
        "SCHEME-08",
        "Platform swasta boleh memungut biaya dari lembaga menurut ketentuan yang ditandatangani keduanya.",
        "A private platform may charge the institution a fee under the terms that both sides sign.",
    ),
    (
        "SCHEME-09",
        "Platform pemerintah tidak memungut biaya.",
        "The government platform charges nothing.",
    ),
    (
        "SCHEME-10",
        "Setiap platform membuat perjanjian kerja sama dengan setiap lembaga.",
        "Every platform makes a cooperation agreement with each institution.",
    ),
    (
        "SCHEME-11",
        "Daftar pekerja terdampak dihimpun agar mereka mendaftar; tercantum di daftar bukan pendaftaran.",
        "Affected workers are listed so that they can sign up; being on the list is not a registration.",
    ),
    (
        "MONEY-01",
        "Saldo pelatihan per peserta.",
        "Training balance of each participant.",
    ),
    (
        "MONEY-02",
        "Insentif mencari kerja: jumlah dan berapa kali.",
        "Job-search incentive: amount and number of times.",
    ),
    (
        "MONEY-03",
        "Insentif survei: jumlah dan berapa kali.",
        "Survey incentive: amount and number of times.",
    ),
    (
        "CARD-01",
        (
            "Batas pembelian pertama; lewat dari itu kepesertaan dicabut, seluruh paket kembali ke kas negara, dan NIK "
            "masuk daftar hitam. Pembelian yang dibatalkan tidak dihitung."
        ),
        (
            "Deadline of the first purchase; otherwise the participant is revoked, the whole package returns to the "
            "treasury and the NIK is blacklisted. A voided purchase does not count."
        ),
    ),
    (
        "CARD-02",
        "Saldo dapat dipakai sampai tanggal tertentu, kemudian disetor ke kas negara.",
        "The balance is usable until a set day, then it is swept to the treasury.",
    ),
    (
        "CARD-03",
        (
            "Hanya pemegang bernama; tidak dapat diuangkan; boleh lebih dari satu pelatihan; tidak melebihi saldo; "
            "satu akun platform memakai satu kartu."
        ),
        (
            "Named holder only; not cashable; more than one course; never dearer than the balance; one platform "
            "account uses one card."
        ),
    ),
    (
        "CARD-04",
        "Pelatihan kedua hanya setelah yang pertama selesai.",
        "A second course only after the first is completed.",
    ),
    (
        "ELIG-01",
        "Warga negara dengan NIK yang dibenarkan Dukcapil (nama, tanggal lahir, KK).",
        "A citizen with a NIK that the civil registry confirms (name, birth date, KK).",
    ),
    (
        "ELIG-02",
        "Umur pada saat pendaftaran.",
        "Age at registration.",
    ),
    (
        "ELIG-03",
        "Tidak sedang menempuh pendidikan formal: Dapodik, PDDikti, dan EMIS ditanya semua.",
        "Not in formal education: Dapodik, PDDikti and EMIS are all asked.",
    ),
    (
        "ELIG-04",
        "Status: pencari kerja, terkena PHK, dirumahkan, pekerja yang memerlukan kompetensi, usaha mikro dan kecil.",
        "Status: job seeker, laid off, furloughed, worker needing competence, micro and small business.",
    ),
    (
        "ELIG-05",
        (
            "Yang dikecualikan: pejabat negara, DPRD, ASN, TNI, Polri, kepala dan perangkat desa, direksi, komisaris, "
            "dan dewan pengawas BUMN/BUMD."
        ),
        (
            "Excluded: state officials, DPRD, ASN, TNI, Polri, village heads and staff, directors, commissioners and "
            "supervisors of BUMN/BUMD."
        ),
    ),
    (
        "ELIG-06",
        "Sekali seumur hidup dan tidak masuk daftar hitam.",
        "Once in a lifetime, and not blacklisted.",
    ),
    (
        "ELIG-07",
        "Jumlah penerima paling banyak dalam satu KK.",
        "The most recipients in one family card (KK).",
    ),
    (
        "ELIG-08",
        "Penerima bantuan sosial lain: prioritas lebih rendah, atau dibolehkan.",
        "Recipients of other social aid: lower priority, or allowed.",
    ),
    (
        "ELIG-09",
        "Batas upah.",
        "Wage ceiling.",
    ),
    (
        "SELECT-01",
        (
            "Urutan: terverifikasi, tercantum di daftar pekerja, tanpa bantuan sosial, lalu undian acak bila kuota "
            "kurang; tidak pernah siapa cepat dia dapat."
        ),
        (
            "Order: verified, on a worker list, without social aid, then a random draw when places are short; never "
            "first come, first served."
        ),
    ),
    (
        "SELECT-02",
        "Kuota per jalur, per gelombang, dan bila ditetapkan per provinsi; pendaftar menyebut jalurnya.",
        "Quotas per channel, per wave and, where set, per province; the applicant names the channel.",
    ),
    (
        "FEE-01",
        "Komisi platform dibebankan kepada lembaga, bukan peserta; paling banyak sebesar batasnya untuk layanan dasar.",
        (
            "The platform's commission is charged to the institution, not the participant; at most the cap for the "
            "basic service."
        ),
    ),
    (
        "FEE-02",
        "Biaya platform pemerintah.",
        "Fee of the government platform.",
    ),
    (
        "PLAT-01",
        (
            "Syarat pengakuan platform: perjanjian dengan Manajemen Pelaksana, jangkauan provinsi, kartu sebagai cara "
            "bayar, bekerja dengan lembaga, izin."
        ),
        (
            "Admission of a platform: agreement with the programme office, reach over the provinces, the card as a "
            "payment method, work with institutions, licences."
        ),
    ),
    (
        "PLAT-02",
        "Platform hanya boleh menjual pelatihan tak berbayar dari lembaga dalam satu badan dengannya.",
        "A platform may sell only unpaid training of an institution of its own entity.",
    ),
    (
        "INST-01",
        "Penetapan lembaga: uji tuntas, tata kelola, asesmen pelatihan, fasilitas (luring), keputusan.",
        "Admission of an institution: due diligence, governance, course assessment, facilities (offline), decree.",
    ),
    (
        "COURSE-01",
        "Harga tidak di atas harga di luar program; bukan pelatihan yang di tempat lain cuma-cuma.",
        "Price not above the price outside the programme; not a course that is free elsewhere.",
    ),
    (
        "COURSE-02",
        "Tidak ada paket bundel; bundel yang terjual sebelumnya tetap dipenuhi.",
        "No bundles; bundles sold before are honoured.",
    ),
    (
        "COURSE-03",
        "Jumlah jam paling sedikit.",
        "Minimum hours.",
    ),
    (
        "COURSE-04",
        "Kelas daring: jam per hari, peserta per kelas, peserta per pengajar.",
        "Online class: hours a day, people in a class, people for each trainer.",
    ),
    (
        "COURSE-05",
        "Kelas luring: jam per hari, peserta per kelas, peserta per pengajar, jam buka.",
        "Offline class: hours a day, people in a class, people for each trainer, opening hours.",
    ),
    (
        "LEARN-01",
        "Kode redeem ditukar dalam jendela di sekitar awal sesi.",
        "The code is redeemed within a window around the session's start.",
    ),
    (
        "LEARN-02",
        "Pendaftaran kelas ditutup sejumlah hari sebelum mulai.",
        "Enrolment closes a number of days before the start.",
    ),
    (
        "LEARN-03",
        "Hadir di setiap sesi, dengan pemeriksaan kehadiran tiap hari sesi.",
        "Attendance of every session, with a presence check on each session day.",
    ),
    (
        "LEARN-04",
        "Tidak ada sertifikat tanpa bukti: kehadiran, tes akhir, unjuk keterampilan, umpan balik.",
        "No certificate without evidence: attendance, post-test, skill demonstration, feedback.",
    ),
    (
        "LEARN-05",
        "Rantai laporan: lembaga ke platform, platform ke Manajemen Pelaksana, pemeriksaan Manajemen Pelaksana.",
        "Report chain: institution to platform, platform to programme office, check by the programme office.",
    ),
    (
        "INC-01",
        (
            "Insentif memerlukan semuanya: pelatihan pertama selesai dengan sertifikat, rating dan ulasan, akun yang "
            "tertaut dan sah."
        ),
        (
            "An incentive needs all of: first course completed with certificate, rating and review, a linked and "
            "validated account."
        ),
    ),
    (
        "INC-02",
        "Insentif survei setelah tiap survei, berurutan.",
        "Survey incentives after each survey, in order.",
    ),
    (
        "SETTLE-01",
        "Apa yang membuat uang lembaga dapat dibayarkan.",
        "What makes the institution's money payable.",
    ),
    (
        "REV-01",
        (
            "Penerima yang tidak berhak mengembalikan uang dalam tenggat, kemudian gugatan perdata; identitas palsu "
            "adalah perkara pidana."
        ),
        "An ineligible recipient repays within a term, then a civil suit; a forged identity is a criminal case.",
    ),
    (
        "REG-01",
        "Pendaftaran terbantu dan luring oleh kementerian atau Dinas, tanpa biaya.",
        "Assisted and offline registration by ministry or labour office, without a fee.",
    ),
)

RULES: dict[RuleId, Rule] = {
    RuleId(rule_id): Rule(RuleId(rule_id), text_id, text_en) for rule_id, text_id, text_en in _SENTENCES
}
