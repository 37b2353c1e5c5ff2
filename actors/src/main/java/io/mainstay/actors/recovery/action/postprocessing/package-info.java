/** Actions of the postprocessing domain in recoveries: its engine, its safety gate, its quality. */
package io.mainstay.actors.recovery.action.postprocessing;
