/**
 * The processing domain: templates, admission, sessions and the runner that carries a session's
 * work out beside the devices. Entry: {@code ProcessingSupervisor}.
 */
package io.mainstay.actors.processing;
