/** A node without devices, for tests: the real database, serialization and sharding. */
package io.mainstay.persistence.support;
