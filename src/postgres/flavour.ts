/** How a cluster sorts and compares text. It is fixed when the cluster is made. */
export interface Flavour {
  readonly name: string;
  /** Tried in order; the first that this system has wins. Each is a set of initdb arguments. */
  readonly localeArguments: readonly (readonly string[])[];
}

/** ICU's English rules, the same on every system; the C library only classifies characters. */
export const icuEnglish: Flavour = {
  name: "icu-en-US",
  localeArguments: [
    ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"],
    // macOS before 14 and old glibc have no C.UTF-8.
    ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"],
  ],
};

/**
 * The C library's English rules, as the official Postgres image is set up. Where the system lacks that locale, ICU's
 * English sorts alike; byte order (C) would not.
 */
export const libcEnglish: Flavour = {
  name: "libc-en_US",
  localeArguments: [
    ["--locale-provider=libc", "--locale=en_US.UTF-8"],
    ["--locale-provider=libc", "--locale=en_US.utf8"],
    ...icuEnglish.localeArguments,
  ],
};
