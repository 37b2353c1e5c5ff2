/** Doubles of what stands around a domain: workers, devices, models, stores. */
package io.mainstay.actors.support;
