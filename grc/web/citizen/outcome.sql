-- name: receipt(channel, source_id)^
-- What became of something sent, for whoever holds the random number it was sent under.
select outcome, reference, tracking_token, received_at from receipt(:channel, :source_id);
