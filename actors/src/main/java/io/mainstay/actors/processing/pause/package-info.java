/**
 * Sessions that are paused on a device while its memory is short, with the condition under which
 * they go on. {@link io.mainstay.actors.processing.pause.MemoryPauses} decides, {@link
 * io.mainstay.actors.processing.pause.PauseKeeper} hears of memory, journals, and tells the worker,
 * which holds their requests, and the inference domain, which gives them no turns there.
 */
package io.mainstay.actors.processing.pause;
