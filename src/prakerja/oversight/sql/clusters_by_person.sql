-- Clusters of people were named by the blind index that they share; it changes with its key. Now by the first applicant.
UPDATE findings AS f
SET subject_key = coalesce((
    SELECT (array_agg(a.applicant_id ORDER BY a.applicant_id))[1]::text
    FROM applicants AS a
    WHERE encode(CASE f.kind WHEN 'shared_telephone' THEN a.phone_index ELSE a.kk_index END, 'hex') = f.subject_key
), f.id::text)
WHERE f.kind IN ('shared_telephone', 'crowded_household') AND f.subject_key !~ '-';
