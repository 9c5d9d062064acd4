"""Damages of agreements, recognitions and sanctions."""

from tests.oversight.damages import Damage, first

COOPERATION = (
    Damage(
        "an_agreement_is_signed_by_both_sides",
        "a signature was taken away",
        (f"UPDATE agreements SET platform_signature_id = NULL WHERE id = {first('agreements', 'id', 'true')}",),
    ),
    Damage(
        "an_agreement_is_signed_by_both_sides",
        "the other side's signature stands in its place",
        (
            f"""
            UPDATE agreements SET institution_signature_id = platform_signature_id
            WHERE id = {first("agreements", "id", "true")}
            """,
        ),
    ),
    Damage(
        "an_agreement_is_signed_by_both_sides",
        "a key was revoked before it signed",
        (
            f"""
            UPDATE party_keys SET revoked_at = registered_at - interval '1 day'
            WHERE id = {first("party_keys", "id", "platform_id IS NOT NULL")}
            """,
        ),
    ),
    Damage(
        "an_agreement_names_rules_on_record",
        "nobody knows the rules that it names",
        (f"UPDATE agreements SET regime_version = '000000000000' WHERE id = {first('agreements', 'id', 'true')}",),
    ),
    Damage(
        "an_agreement_names_rules_on_record",
        "a cap of its own",
        (f"UPDATE agreements SET cap_bp = 9999 WHERE id = {first('agreements', 'id', 'true')}",),
    ),
    Damage(
        "a_recognised_platform_was_admitted",
        "one person alone approved it",
        (
            f"""
            DELETE FROM platform_reviews
            WHERE id = (
                SELECT min(id::text)::uuid FROM platform_reviews
                WHERE platform_id = {first("platforms", "id", "recognised_at IS NOT NULL")}
            )
            """,
        ),
    ),
    Damage(
        "a_recognised_platform_was_admitted",
        "an automated check was not passed",
        (
            f"""
            UPDATE integration_checks SET passed = false
            WHERE name = 'voids_a_payment'
                AND platform_id = {first("platforms", "id", "recognised_at IS NOT NULL")}
            """,
        ),
    ),
    Damage(
        "a_platform_shows_its_confirmed_terms",
        "a fee that nobody reads on its page",
        (
            f"""
            INSERT INTO platform_terms (
                id, version, state, description, fee_scheme, modes, payment_term_days, cap_bp, regime_version,
                entered_by, entered_at, due_at, decided_by, decided_at, reason, platform_id
            )
            SELECT gen_random_uuid(), 1, 'confirmed', profile -> 'description',
                '{{"kind": "share", "commission_bp": 1}}', modes, payment_term_days, NULL, 'x', 'platform:a', now(),
                now(), 'staff:b', now(), '', id
            FROM platforms
            WHERE id = {first("platforms", "id", "profile ? 'fee_scheme'")}
            """,
        ),
    ),
    Damage(
        "a_confirmed_account_is_its_partners",
        "what an institution entered is another one's account",
        (
            f"""
            INSERT INTO partner_account_requests (
                id, payee_kind, payee_id, bank, holder_name, account_cipher, state, entered_by, entered_at, due_at,
                decided_by, decided_at, reason, account_id, document_id
            )
            SELECT gen_random_uuid(), 'institution', gen_random_uuid(), bank, holder_name, account_cipher, 'confirmed',
                'institution:a', now(), now(), 'staff:b', now(), '', id, gen_random_uuid()
            FROM partner_accounts
            WHERE id = {first("partner_accounts", "id", "payee_kind = 'institution'")}
            """,
        ),
    ),
    Damage(
        "a_sanction_in_force_stops_new_sales",
        "an imposed suspension without effect",
        (
            f"""
            INSERT INTO sanctions (
                id, number, kind, state, institution_id, rule, notice, evidence, noticed_by, noticed_at, answer_due_at,
                answer, answered_by, answered_at, decided_by, decided_at, reason, appeal, appeal_decided_by,
                appeal_reason
            )
            SELECT gen_random_uuid(), 1, 'institution_suspension', 'imposed', id, 'LEARN-04', 'x', '[]', 'staff:a',
                now(), now(), 'x', 'x', now(), 'staff:b', now(), 'x', '', '', ''
            FROM institutions
            WHERE id = {first("institutions", "id", "state = 'decreed'")}
            """,
        ),
    ),
)
