"""What a participant receives after the first course: job-search and survey incentives (MONEY-02, MONEY-03).

Owns: incentives (one row per amount that the participant is entitled to), survey_answers.

States: not_yet_due → waiting (in the books: payable) → scheduled (in a batch) → in_transfer → paid | failed (reason) →
scheduled again, on another account where the first was at fault; forfeited at the end of the period.
"""
