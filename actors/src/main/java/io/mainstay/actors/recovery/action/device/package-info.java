/** What recoveries do about devices: failing over, finding them again, sparing them. */
package io.mainstay.actors.recovery.action.device;
