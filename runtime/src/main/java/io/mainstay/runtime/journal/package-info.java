/**
 * Reading the journal, from a live node or from the files of one that does not run, and telling
 * people what it says.
 */
package io.mainstay.runtime.journal;
