-- A store as version 1 of the schema had it, with one price. Written by hand; the
-- hashes are those of that price. SQLite had WITHOUT ROWID on three of the tables.
CREATE TABLE farebox_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE farebox_source (id INTEGER NOT NULL PRIMARY KEY, url TEXT NOT NULL, as_of TEXT NOT NULL, version TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX farebox_source_as_of ON farebox_source (as_of);
CREATE TABLE farebox_slice (id INTEGER NOT NULL PRIMARY KEY, service TEXT NOT NULL, region TEXT NOT NULL, purchase TEXT NOT NULL, UNIQUE (service, region, purchase));
CREATE TABLE farebox_price_key (id INTEGER NOT NULL PRIMARY KEY, slice_id INTEGER NOT NULL, usage_type TEXT NOT NULL, bare_usage_type TEXT NOT NULL, zone_id TEXT NOT NULL, term TEXT NOT NULL, operation TEXT NOT NULL, UNIQUE (slice_id, bare_usage_type, zone_id, term, operation));
CREATE TABLE farebox_price (key_id INTEGER NOT NULL, seq INTEGER NOT NULL, effective_from TEXT NOT NULL, unit TEXT NOT NULL, tiers TEXT, source_id INTEGER NOT NULL, PRIMARY KEY (key_id, seq, effective_from));
CREATE TABLE farebox_refresh (seq INTEGER NOT NULL PRIMARY KEY, seen_at TEXT NOT NULL, "by" TEXT NOT NULL, book_id TEXT NOT NULL);
CREATE INDEX farebox_refresh_book ON farebox_refresh (book_id);
CREATE TABLE farebox_delivery (seq INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, version TEXT NOT NULL, etag TEXT NOT NULL, content_hash TEXT NOT NULL, as_of TEXT NOT NULL, byte_count BIGINT NOT NULL, price_count BIGINT NOT NULL, new_count BIGINT NOT NULL, changed_count BIGINT NOT NULL, gone_count BIGINT NOT NULL, unchanged_count BIGINT NOT NULL, left_out TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (seq, name));
CREATE INDEX farebox_delivery_name ON farebox_delivery (name, seq);
CREATE TABLE farebox_slice_state (slice_id INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, price_count BIGINT NOT NULL, later_count BIGINT NOT NULL, source_id INTEGER, sources TEXT NOT NULL, PRIMARY KEY (slice_id, seq));
CREATE TABLE farebox_fact (kind TEXT NOT NULL, region TEXT NOT NULL, subject TEXT NOT NULL, seq INTEGER NOT NULL, delivery TEXT NOT NULL, json TEXT NOT NULL, source_id INTEGER NOT NULL, PRIMARY KEY (kind, region, subject, seq));
INSERT INTO farebox_meta VALUES ('version', '1');
INSERT INTO farebox_source VALUES (1, 'https://pricing.example.test/sns.csv', '2026-10-01T12:00:00Z', 'v1', '');
INSERT INTO farebox_slice VALUES (1, 'AmazonMQ', 'eu-west-1', 'on-demand');
INSERT INTO farebox_price_key VALUES (1, 1, 'a', 'a', '', '', '');
INSERT INTO farebox_price VALUES (1, 1, '', 'Requests', '0.5', 1);
INSERT INTO farebox_refresh VALUES (1, '2026-10-01T12:00:00Z', 'test', 'sha256:976633506c13509dc9190c4d83c321e7f805e605dc6b533b0b1900240123a571');
INSERT INTO farebox_slice_state VALUES (1, 1, 'f3385568d1734e11dfe402205e7e0a029b47174b8379f488ec31bf7a1759a1e7', 1, 0, 1, '{"1": 1}');
INSERT INTO farebox_delivery VALUES (1, 'AmazonMQ eu-west-1', 'kept', 'v1', '"e"', '', '2026-10-01T12:00:00Z', 7, 1, 1, 0, 0, 0, '{}', '');
