/** What recoveries do about parts of the node that disagree. */
package io.mainstay.actors.recovery.action.consistency;
