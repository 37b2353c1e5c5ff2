/**
 * A batch of accepted work as a program of worker requests, one after another: what a runner needs
 * to carry it out, resume it and report on it, whatever is computed.
 */
package io.mainstay.actors.processing.program;
