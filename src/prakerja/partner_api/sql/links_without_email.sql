-- Nothing looks a link up by its e-mail; whose an e-mail is stands in claims, under a keyed hash.
ALTER TABLE presence_links DROP COLUMN email_index;
