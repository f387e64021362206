package io.resourcelink.campaign.model;

/** The rules that must never break. A variant of the protocol leaves one of them out. */
enum Rule {
    /** The first reference is locked before the file has its key. */
    REFERENCE_BEFORE_NAME,
    /** Header and payload are complete before the file has its key. */
    COMPLETE_BEFORE_NAME,
    /** A file gets a key only if no other file has it. */
    NAME_ONLY_IF_FREE,
    /** An acquirer asks whether the name still is this file after it has locked its byte. */
    LOOK_AFTER_LOCK,
    /** An acquirer reads the header after it has locked its byte. */
    HEADER_AFTER_LOCK,
    /** A collector locks all bytes before it unlinks. */
    EXCLUDE_REFERENCES,
    /** A process locks the byte for maintenance before it unlinks a name. */
    MAINTAIN,
    /** A process that is about to unlink a name asks first whether it still is the name of its file. */
    COMPARE_FILE,
    /** A process that has dropped its reference waits for a collector that is at work. */
    WAIT_FOR_MAINTENANCE,
    /** A process unlocks its byte before it asks whether others have one. */
    UNLOCK_BEFORE_ASKING,
    /** A claim is settled only if the segment has the claim's nonce. */
    COMPARE_NONCE,
    /** A file that is filled again gets a new nonce. */
    NEW_NONCE,
    /** A file goes to the stage only if all of its bytes could be locked. */
    RECYCLE_UNHELD,
    /** A file is filled again only if no late reader has locked the byte of views. */
    REFILL_UNSEEN,
    /** A message carries a description of its own. */
    SEND_OWN_DESCRIPTION,
    /** A receiver locks a byte of its own before it closes what it has received. */
    LOCK_BEFORE_CLOSING_RECEIVED,
    /** No sweep sees an entry before its byte is locked: that comes first, and under the directory's lock, which sweeps take as well. */
    ENTRY_LOCKED_WHEN_SEEN,
    /** An entry is removed only if its byte is not locked. */
    ENTRY_IS_DEAD
}
