import type { Random } from '@rielrails/kit';
import type { UploadedFile } from './arguments.ts';
import { badRequest } from './errors.ts';
import type { Document, PhotoSize } from './types.ts';

/** A file as the emulator keeps it. */
export interface StoredFile {
  readonly id: string;
  readonly uniqueId: string;
  /** Where it can be downloaded: the last part of `/file/bot<token>/<path>`. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels, where it is a picture. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Every file that went through the chats. */
export interface FileStore {
  addPhoto(file: UploadedFile): StoredFile;
  addDocument(file: UploadedFile): StoredFile;
  get(id: string): StoredFile | undefined;
  byPath(path: string): StoredFile | undefined;
}

const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
/** What `getFile` serves at most. */
export const MAX_DOWNLOAD_BYTES: number = 20 * 1024 * 1024;

/** An empty file store. */
export function createFileStore(random: Random): FileStore {
  const files = new Map<string, StoredFile>();
  const token = (length: number) => Buffer.from(random.bytes(length)).toString('base64url');
  const add = (file: Omit<StoredFile, 'id' | 'uniqueId' | 'path'>, prefix: string, path: string): StoredFile => {
    const stored = {
      ...file,
      id: prefix + token(36),
      uniqueId: token(9),
      path: `${path}_${files.size}${extension(file)}`,
    };
    files.set(stored.id, stored);
    return stored;
  };
  return {
    addPhoto(file) {
      if (file.bytes.length === 0) throw badRequest('file must be non-empty');
      if (file.bytes.length > MAX_PHOTO_BYTES) throw badRequest('file is too big');
      const picture = readPicture(file.bytes);
      if (!picture) throw badRequest('IMAGE_PROCESS_FAILED');
      const { width, height } = picture;
      const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
      if (width < 1 || height < 1 || width + height > 10_000 || ratio > 20)
        throw badRequest('PHOTO_INVALID_DIMENSIONS');
      return add({ ...file, type: picture.type, size: { width, height } }, 'AgACAgUAAx', 'photos/file');
    },
    addDocument(file) {
      if (file.bytes.length === 0) throw badRequest('file must be non-empty');
      if (file.bytes.length > MAX_UPLOAD_BYTES) throw badRequest('file is too big');
      return add({ ...file, size: readPicture(file.bytes) }, 'BQACAgUAAx', 'documents/file');
    },
    get: (id) => files.get(id),
    byPath: (path) => [...files.values()].find((file) => file.path === path),
  };
}

/** The file as a `PhotoSize`. */
export function photoSize(file: StoredFile): PhotoSize {
  const { width = 0, height = 0 } = file.size ?? {};
  return { file_id: file.id, file_unique_id: file.uniqueId, width, height, file_size: file.bytes.length };
}

/** The file as a `Document`. */
export function documentOf(file: StoredFile): Document {
  return {
    file_id: file.id,
    file_unique_id: file.uniqueId,
    file_name: file.name,
    mime_type: file.type || 'application/octet-stream',
    file_size: file.bytes.length,
  };
}

function extension(file: { readonly name: string; readonly type: string }): string {
  if (file.type === 'image/png') return '.png';
  if (file.type === 'image/jpeg') return '.jpg';
  return /\.[a-z0-9]{1,8}$/i.exec(file.name)?.[0] ?? '';
}

interface Picture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

/** Type and size of a PNG or JPEG, from its head; `null` for anything else. */
function readPicture(bytes: Uint8Array): Picture | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24 && view.getUint32(0) === 0x8950_4e47)
    return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let offset = 2; offset + 9 < bytes.length;) {
    const marker = view.getUint16(offset);
    const startOfFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (startOfFrame)
      return { type: 'image/jpeg', height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    offset += 2 + view.getUint16(offset + 2);
  }
  return null;
}
