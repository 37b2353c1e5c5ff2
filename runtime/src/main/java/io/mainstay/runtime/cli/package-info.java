/**
 * The command line: parsing, output formats, failures and exit codes. Entry: {@link
 * io.mainstay.runtime.cli.Mainstay}. Standard output carries results only; words for people go to
 * standard error. Nothing here loads Akka before a command needs a node.
 */
package io.mainstay.runtime.cli;
