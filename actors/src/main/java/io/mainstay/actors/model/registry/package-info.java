/**
 * Which models there are: manifests, scans of directories and class path, checks of the files
 * without loading them. Entry: {@code ModelScanner} (blocking) and {@code ModelRegistry} (pure).
 * Knows no actor.
 */
package io.mainstay.actors.model.registry;
