/**
 * Conditions that are errors, brought about for real, and what a node makes of them: scenarios of
 * {@code mainstay chaos run}, the table of causes behind {@code mainstay bench faults}, and seeded
 * storms of both.
 */
package io.mainstay.runtime.chaos;
