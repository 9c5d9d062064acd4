"""The words of the rules page, Indonesian and English."""

from prakerja.programme.parameters import Unit

AREAS: dict[str, dict[str, str]] = {
    "SCHEME": {"id": "Skema", "en": "The scheme"},
    "MONEY": {"id": "Uang peserta", "en": "The participant's money"},
    "CARD": {"id": "Kartu", "en": "Card"},
    "ELIG": {"id": "Kelayakan", "en": "Eligibility"},
    "SELECT": {"id": "Seleksi", "en": "Selection"},
    "FEE": {"id": "Biaya platform", "en": "Platform fees"},
    "PLAT": {"id": "Platform", "en": "Platforms"},
    "INST": {"id": "Lembaga pelatihan", "en": "Training institutions"},
    "COURSE": {"id": "Pelatihan", "en": "Courses"},
    "LEARN": {"id": "Belajar", "en": "Learning"},
    "INC": {"id": "Insentif", "en": "Incentives"},
    "SETTLE": {"id": "Penyelesaian pembayaran", "en": "Settlement"},
    "REV": {"id": "Pengembalian uang", "en": "Repayment"},
    "REG": {"id": "Pendaftaran terbantu", "en": "Assisted registration"},
}

MONTHS: dict[str, tuple[str, ...]] = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

# One and many: Indonesian knows no difference.
UNITS: dict[Unit, dict[str, tuple[str, str]]] = {
    Unit.PARTICIPANTS: {"id": ("peserta", "peserta"), "en": ("participant", "participants")},
    Unit.PEOPLE: {"id": ("orang", "orang"), "en": ("person", "people")},
    Unit.TIMES: {"id": ("kali", "kali"), "en": ("time", "times")},
    Unit.DAYS: {"id": ("hari", "hari"), "en": ("day", "days")},
    Unit.WORKING_DAYS: {"id": ("hari kerja", "hari kerja"), "en": ("working day", "working days")},
    Unit.HOURS: {"id": ("jam", "jam"), "en": ("hour", "hours")},
    Unit.MINUTES: {"id": ("menit", "menit"), "en": ("minute", "minutes")},
    Unit.YEARS: {"id": ("tahun", "tahun"), "en": ("year", "years")},
}

WORDS: dict[str, dict[str, str]] = {
    "lower_priority": {"id": "prioritas lebih rendah", "en": "lower priority"},
    "allowed": {"id": "dibolehkan", "en": "allowed"},
    "flag": {"id": "dibolehkan, dilaporkan", "en": "allowed, reported"},
    "forbid": {"id": "dilarang", "en": "forbidden"},
    "purchase": {"id": "pembelian", "en": "purchase"},
    "redemption": {"id": "penukaran kode", "en": "redemption"},
    "completion": {"id": "selesainya pelatihan", "en": "completion"},
    "dapodik": {"id": "Dapodik", "en": "Dapodik"},
    "pddikti": {"id": "PDDikti", "en": "PDDikti"},
    "emis": {"id": "EMIS", "en": "EMIS"},
    "job_seeker": {"id": "pencari kerja", "en": "job seeker"},
    "laid_off": {"id": "terkena PHK", "en": "laid off"},
    "furloughed": {"id": "dirumahkan", "en": "furloughed"},
    "worker_needing_competence": {"id": "pekerja yang memerlukan kompetensi", "en": "worker needing competence"},
    "micro_and_small_business": {"id": "usaha mikro dan kecil", "en": "micro and small business"},
    "state_official": {"id": "pejabat negara", "en": "state officials"},
    "regional_council": {"id": "anggota DPRD", "en": "members of DPRD"},
    "civil_servant": {"id": "ASN", "en": "civil servants (ASN)"},
    "armed_forces": {"id": "TNI", "en": "armed forces (TNI)"},
    "police": {"id": "Polri", "en": "police (Polri)"},
    "village_head_or_staff": {"id": "kepala dan perangkat desa", "en": "village heads and staff"},
    "state_company_board": {
        "id": "direksi, komisaris, dan dewan pengawas BUMN/BUMD",
        "en": "directors, commissioners and supervisors of BUMN/BUMD",
    },
    "verified": {"id": "terverifikasi", "en": "verified"},
    "worker_list": {"id": "tercantum di daftar pekerja", "en": "on a worker list"},
    "without_social_aid": {"id": "tanpa bantuan sosial", "en": "without social aid"},
    "random_draw": {"id": "undian acak", "en": "random draw"},
    "office_agreement": {"id": "perjanjian dengan Manajemen Pelaksana", "en": "agreement with the programme office"},
    "province_reach": {"id": "jangkauan provinsi", "en": "reach over the provinces"},
    "card_as_payment": {"id": "kartu sebagai cara bayar", "en": "card as a payment method"},
    "works_with_institutions": {"id": "bekerja dengan lembaga", "en": "works with institutions"},
    "licences": {"id": "izin", "en": "licences"},
    "due_diligence": {"id": "uji tuntas", "en": "due diligence"},
    "governance_test": {"id": "uji tata kelola", "en": "governance test"},
    "course_assessment": {"id": "asesmen pelatihan", "en": "course assessment"},
    "facilities_test": {"id": "uji fasilitas (luring)", "en": "facilities test (offline)"},
    "decree": {"id": "keputusan", "en": "decree"},
    "attendance": {"id": "kehadiran", "en": "attendance"},
    "post_test": {"id": "tes akhir", "en": "post-test"},
    "skill_demonstration": {"id": "unjuk keterampilan", "en": "skill demonstration"},
    "feedback": {"id": "umpan balik", "en": "feedback"},
    "first_certificate": {"id": "sertifikat pelatihan pertama", "en": "certificate of the first course"},
    "rating": {"id": "rating", "en": "rating"},
    "review": {"id": "ulasan", "en": "review"},
    "account_of_same_nik": {"id": "akun dengan NIK yang sama", "en": "account of the same NIK"},
    "wallet_kyc": {"id": "KYC dompet elektronik", "en": "e-wallet KYC"},
    "account_active": {"id": "akun aktif", "en": "active account"},
}

TEXTS: dict[str, dict[str, str]] = {
    "id": {
        "title": "Aturan program menurut skema",
        "generated": "Halaman ini dibuat oleh `prakerja docs rules` dari berkas skema; jangan disunting.",
        "intro": (
            "Nilai setiap aturan menurut skema, dari berkas `src/prakerja/programme/data/regimes/`, versi `{version}`. "
            "Tanda – berarti tidak berlaku. Aturan tanpa tabel berlaku di semua skema tanpa nilai yang dapat diubah. "
            "Setiap keputusan mencatat versi yang dipakainya."
        ),
        "regime": "Skema",
        "from": "Berlaku mulai",
        "until": "Sampai (tidak termasuk)",
        "basis": "Dasar hukum",
        "parameter": "Parameter",
        "since": "mulai {day}:",
        "switchable": "dapat diubah Manajemen Pelaksana",
        "probable": "contoh atau mungkin",
        "inferred": "kesimpulan",
        "yes": "ya",
        "no": "tidak",
        "sources": "Sumber",
        "all_others": "parameter lainnya",
    },
    "en": {
        "title": "The programme's rules by regime",
        "generated": "This page is made by `prakerja docs rules` from the regime files; do not edit it.",
        "intro": (
            "The values of every rule by regime, from the files in `src/prakerja/programme/data/regimes/`, version "
            "`{version}`. A – means: not in force. A rule without a table holds in every regime and has no value to "
            "change. Every decision records the version that it used."
        ),
        "regime": "Regime",
        "from": "In force from",
        "until": "Until (not included)",
        "basis": "Legal basis",
        "parameter": "Parameter",
        "since": "from {day}:",
        "switchable": "the programme office may change it",
        "probable": "sample or probable",
        "inferred": "inferred",
        "yes": "yes",
        "no": "no",
        "sources": "Sources",
        "all_others": "all other parameters",
    },
}
