package dev.holdpoint.journal;

import dev.holdpoint.testing.Stores;
import javax.sql.DataSource;

class PostgresRequestsTest extends RequestsContract {

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    DataSource store() {
        return Stores.postgres();
    }
}
