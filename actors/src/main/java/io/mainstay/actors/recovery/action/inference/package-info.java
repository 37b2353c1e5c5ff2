/** Actions of the inference domain in recoveries. */
package io.mainstay.actors.recovery.action.inference;
