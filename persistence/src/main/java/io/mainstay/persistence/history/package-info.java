/**
 * Event-sourced logs of one node: what happened to its devices, which faults were raised and what
 * was decided, its dead letters, its safety policies, its own starts and stops. They decide
 * nothing; they remember, and hand out the identity of each event so that others can name it as
 * their cause.
 */
package io.mainstay.persistence.history;
