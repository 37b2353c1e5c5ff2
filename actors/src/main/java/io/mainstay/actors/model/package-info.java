/**
 * The model domain: the registry of models found on the class path and in the models directories,
 * their checksums, and the durable load saga (reserve device, allocate memory, cache, load). Entry:
 * {@code ModelSupervisor}.
 */
package io.mainstay.actors.model;
