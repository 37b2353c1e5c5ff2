/** Whether workers lose memory: measured at intervals, judged by their growth. */
package io.mainstay.actors.recovery.leak;
