"""What a purchase turned into: presence, result, certificate, opinion.

Owns: attendances (one per purchase and session that counts) and their annulments, tasks with their feedback,
completions (the institution's report and its way to the programme office) and their returns, certificates, reviews. It
moves a purchase from `redeemed` to `completed` or `not_completed`, and back when its report is returned.

Words: `presence` is how the person showed to be there (selfie, signature); `evidence` is what stands behind a
certificate; `outcome` is decided by rule from the evidence, never typed in.

States of a completion: reported (institution) → forwarded (platform) → verified (programme office), or returned by the
office: then it stands no more, and the institution reports anew.
"""
