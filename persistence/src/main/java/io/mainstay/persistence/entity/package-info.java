/**
 * What the sharded entities of this module share: how one leaves memory, and how its settings are
 * checked. Used by this module alone.
 */
package io.mainstay.persistence.entity;
