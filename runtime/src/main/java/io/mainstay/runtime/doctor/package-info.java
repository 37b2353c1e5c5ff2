/**
 * {@code mainstay doctor}: what a node would need on this machine, each looked at for real. Entry:
 * {@link io.mainstay.runtime.doctor.Doctor}. Changes nothing.
 */
package io.mainstay.runtime.doctor;
