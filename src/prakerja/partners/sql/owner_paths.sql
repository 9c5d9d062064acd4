-- owner_paths(p_pairs, p_on): every path of at most two hops between the two ends of each pair, on a day.
--
-- `p_pairs`: JSON list of {left_id, right_id}. A row: the pair, `hops` 0 (one entity), 1 or 2, `path` (the ties walked,
-- from left to right) and `path_key` (what identifies the path). A holder with a tax number *is* the node of that
-- number, so that a company counts once, as a partner and as somebody's owner. Legal entities are also compared by the
-- name on record at admission; people never are.
-- Rule: PLAT-02. Cost: two joins over the ties of the ends, one index lookup each; nothing walks the whole graph.
CREATE FUNCTION owner_paths(p_pairs jsonb, p_on date)
RETURNS TABLE (left_id uuid, right_id uuid, hops smallint, path jsonb, path_key text)
LANGUAGE sql
STABLE
AS $$
    WITH pairs AS MATERIALIZED (
        SELECT DISTINCT pair.left_id, pair.right_id
        FROM jsonb_to_recordset(p_pairs) AS pair (left_id uuid, right_id uuid)
    ), in_force AS MATERIALIZED (
        SELECT tie_id, holder_kind, holder_id, kind, target_id, shown
        FROM owner_ties
        WHERE valid_from <= p_on AND (valid_until IS NULL OR valid_until > p_on)
    ), identity AS MATERIALIZED (
        SELECT holder_id, min(target_id::text)::uuid AS node
        FROM in_force
        WHERE kind = 'tax_number'
        GROUP BY holder_id
    ), edges AS MATERIALIZED (
        SELECT coalesce(identity.node, tie.holder_id) AS near, tie.target_id AS far, tie.tie_id,
            jsonb_build_object(
                'tie_id', tie.tie_id, 'holder_kind', tie.holder_kind, 'holder_id', tie.holder_id,
                'kind', tie.kind, 'shown', tie.shown
            ) AS step
        FROM in_force AS tie
        LEFT JOIN identity ON identity.holder_id = tie.holder_id
        WHERE tie.kind <> 'tax_number'
    ), ways AS MATERIALIZED (
        SELECT near, far, tie_id, step FROM edges
        UNION ALL
        SELECT far, near, tie_id, step FROM edges
    ), ends AS MATERIALIZED (
        SELECT pairs.left_id, pairs.right_id,
            coalesce(one.node, pairs.left_id) AS left_node, coalesce(other.node, pairs.right_id) AS right_node
        FROM pairs
        LEFT JOIN identity AS one ON one.holder_id = pairs.left_id
        LEFT JOIN identity AS other ON other.holder_id = pairs.right_id
    ), found AS (
        SELECT ends.left_id, ends.right_id, 0 AS hops,
            jsonb_build_array(jsonb_build_object('kind', 'tax_number', 'shown', tie.shown)) AS path,
            'tax_number:' || ends.left_node AS path_key
        FROM ends
        JOIN in_force AS tie ON tie.holder_id = ends.left_id AND tie.kind = 'tax_number'
        WHERE ends.left_node = ends.right_node AND tie.target_id = ends.left_node
        UNION ALL
        SELECT pairs.left_id, pairs.right_id, 0,
            jsonb_build_array(jsonb_build_object('kind', 'entity', 'shown', platform.owner_entity)),
            'entity'
        FROM pairs
        JOIN platforms AS platform ON platform.id = pairs.left_id
        JOIN institutions AS institution ON institution.id = pairs.right_id
        WHERE lower(regexp_replace(trim(platform.owner_entity), '\s+', ' ', 'g'))
            = lower(regexp_replace(trim(institution.owner_entity), '\s+', ' ', 'g'))
        UNION ALL
        SELECT ends.left_id, ends.right_id, 1, jsonb_build_array(way.step), way.tie_id::text
        FROM ends
        JOIN ways AS way ON way.near = ends.left_node AND way.far = ends.right_node
        WHERE ends.left_node <> ends.right_node
        UNION ALL
        SELECT ends.left_id, ends.right_id, 2, jsonb_build_array(one.step, other.step),
            one.tie_id || '+' || other.tie_id
        FROM ends
        JOIN ways AS one ON one.near = ends.left_node
        JOIN ways AS other ON other.near = one.far AND other.far = ends.right_node
        WHERE ends.left_node <> ends.right_node AND one.far NOT IN (ends.left_node, ends.right_node)
    )
    SELECT found.left_id, found.right_id, found.hops::smallint, found.path, found.path_key
    FROM found
    ORDER BY found.left_id, found.right_id, found.hops, found.path_key
$$;
