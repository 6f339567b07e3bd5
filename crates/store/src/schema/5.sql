-- Who refers to whom: a pass over changes asks it of everybody who gets an account.
CREATE INDEX source_manager ON source_row (json_extract(body, '$.manager.id')) WHERE kind = 'users';
