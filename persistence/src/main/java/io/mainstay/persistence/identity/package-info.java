/** Names of things that are journaled: ULIDs, and the identity and cause stamped on each event. */
package io.mainstay.persistence.identity;
