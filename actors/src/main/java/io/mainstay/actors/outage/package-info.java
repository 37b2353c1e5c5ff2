/**
 * What happens while the worker of a device is out of reach: changes of state wait, reconnections
 * are tried, both sides are compared once it is back, or its work moves to other devices. {@link
 * io.mainstay.actors.outage.Outage} decides, {@link io.mainstay.actors.outage.OutageKeeper} carries
 * out and journals.
 */
package io.mainstay.actors.outage;
