/** Copies a directory tree fast: clones blocks where the file system can (FICLONE), copies otherwise. */
import { constants } from "node:fs";
import { chmod, copyFile, lchown, mkdir, readdir, readlink, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account.ts";

export interface CopyOptions {
  /** Owner of every copy; ours when undefined. */
  readonly account?: Account | undefined;
  /** Mode of directories. */
  readonly directoryMode: number;
  /** Let everybody read (and run) the files; otherwise they keep their modes. */
  readonly readableByAll?: boolean;
  /** Paths to leave out. */
  readonly skip?: (path: string) => boolean;
  /** The source is in use: what is gone by the time it would be copied is left out. */
  readonly vanishing?: boolean;
}

/** `to` must not exist. Symbolic links are copied as they are. (fs.cp does the same eight times slower.) */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<void> {
  await mkdir(to, { mode: options.directoryMode });
  await chmod(to, options.directoryMode);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (options.skip?.(source)) return undefined;
      if (entry.isDirectory()) return copyTree(source, target, options);
      if (!entry.isSymbolicLink()) return copyOne(source, target, options);
      await symlink(await readlink(source), target);
      return own(target, options);
    }),
  );
  await own(to, options);
}

/** One file. */
export async function copyOne(source: string, target: string, options: CopyOptions): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (options.vanishing && (error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (options.readableByAll) {
    const { mode } = await stat(target);
    await chmod(target, mode | (mode & 0o100 ? 0o555 : 0o444));
  }
  await own(target, options);
}

async function own(path: string, { account }: CopyOptions): Promise<void> {
  if (account !== undefined) await lchown(path, account.uid, account.gid);
}
