/** The two markers that decide how a message is written, and what every journaled event carries. */
package io.mainstay.persistence.serialization;
