-- The partner API's own tables. Lives of links, codes and tokens run on the machine's clock.

-- An address to which a presence check was asked for: bound to purchase, session, institution and callback.
CREATE TABLE presence_links (
    lane smallint NOT NULL,
    link_id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    sequence smallint NOT NULL,
    redirect_uri text NOT NULL,
    state_text text NOT NULL,
    email_index bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT presence_links_pkey PRIMARY KEY (lane, link_id),
    CONSTRAINT a_presence_link_is_for_a_purchase FOREIGN KEY (lane, purchase_id)
        REFERENCES purchases (lane, purchase_id),
    CONSTRAINT a_presence_link_dies_after_it_was_made CHECK (expires_at > made_at)
) WITH (fillfactor = 80);
