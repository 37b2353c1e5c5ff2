/**
 * {@code mainstay demo}: real work on a temporary node, a worker killed half way, and the proof
 * that nothing was lost. Entry: {@link io.mainstay.runtime.demo.DemoRun}, which needs a client and
 * a directory; it runs on the thread that calls it.
 */
package io.mainstay.runtime.demo;
