/**
 * Who owns which field of shared state, declared beside the type that holds it. Read by the catalog
 * of the actors module and held by the architecture test. Depends on nothing but the JDK.
 */
package io.mainstay.protocol.ownership;
