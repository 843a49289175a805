// Browser storage and files: an IndexedDB store, ZIP files, downloads.
// ZIP: the layout of APPNOTE.TXT 6.3.10, members stored uncompressed (PNG is compressed already).
(() => {
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  // A table of IndexedDB with key `id`. Without IndexedDB every call reports it.
  see.pictureStore = (database, table) => {
    let opened;
    const open = () => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: "id" });
      return asked(request);
    };
    const use = async (mode, act, otherwise) => {
      try {
        opened ??= open();
        return await asked(act((await opened).transaction(table, mode).objectStore(table)));
      } catch (error) {
        return otherwise(error);
      }
    };
    return {
      // All rows; `otherwise` if unreadable.
      all: (otherwise) => use("readonly", (rows) => rows.getAll(), () => otherwise),
      // Whether there was enough space; true without storage, too.
      put: (row) =>
        use("readwrite", (rows) => rows.put(row), (error) => error?.name !== "QuotaExceededError" || null),
      // Update an existing row; false if another tab has deleted it.
      renew: (row) =>
        use("readwrite", (rows) => {
          const found = rows.getKey(row.id);
          found.addEventListener("success", () => found.result !== undefined && rows.put(row));
          return found;
        }, () => null).then((id) => id !== undefined),
      remove: (id) => use("readwrite", (rows) => rows.delete(id), () => null),
      clear: () => use("readwrite", (rows) => rows.clear(), () => null),
    };
  };

  // Decode a data URL without fetch.
  see.pictureFile = (src, name = "picture.png") => {
    const [head, data] = src.split(",");
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return new File([bytes], name, { type: head.match(/^data:([^;]+)/)?.[1] ?? "image/png" });
  };
  // The chunks of a PNG file as [type, bytes].
  const chunks = function* (png) {
    const view = new DataView(png.buffer, png.byteOffset);
    for (let at = 8; at < png.length; at += 12 + view.getUint32(at))
      yield [String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at, at + 12 + view.getUint32(at))];
  };
  // A canvas as a PNG file with the text chunks (settings) of the picture at the data URL `src`.
  see.pictureOf = async (canvas, src) => {
    const bytes = async (blob) => new Uint8Array(await blob.arrayBuffer());
    const made = await bytes(await new Promise((done) => canvas.toBlob(done, "image/png")));
    const text = [...chunks(await bytes(see.pictureFile(src)))].filter(([type]) => /^(tEXt|iTXt)$/.test(type));
    const head = 33; // signature and IHDR
    return new Blob([made.subarray(0, head), ...text.map(([, chunk]) => chunk), made.subarray(head)], { type: "image/png" });
  };
  see.fileName = (prompt) =>
    String(prompt).toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 48) || "picture";
  see.download = (address, name) => {
    const link = document.createElement("a");
    [link.href, link.download] = [address, name];
    link.click();
    if (address.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
    return byte;
  });
  const crc32 = (bytes) => ~bytes.reduce((sum, byte) => (sum >>> 8) ^ TABLE[(sum ^ byte) & 255], ~0) >>> 0;
  const packed = (...fields) => {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
    let at = 0;
    for (const [size, value] of fields) {
      view[size === 2 ? "setUint16" : "setUint32"](at, value, true);
      at += size;
    }
    return new Uint8Array(view.buffer);
  };

  // `files`: [name, bytes]; duplicate names are numbered.
  see.zip = (files) => {
    const [parts, directory, used] = [[], [], new Map()];
    let at = 0;
    for (const [wished, bytes] of files) {
      const times = (used.get(wished) ?? 0) + 1;
      used.set(wished, times);
      const name = new TextEncoder().encode(times > 1 ? wished.replace(/(\.\w+)?$/, `-${times}$1`) : wished);
      const sum = crc32(bytes);
      // version 2.0, names in UTF-8, stored; 1 January 1980, for PNGs carry no date
      const about = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, sum], [4, bytes.length], [4, bytes.length],
        [2, name.length], [2, 0]];
      const head = packed([4, 0x04034b50], ...about);
      directory.push(packed([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
      parts.push(head, name, bytes);
      at += head.length + name.length + bytes.length;
    }
    const size = directory.reduce((sum, { length }) => sum + length, 0);
    const count = files.length;
    const end = packed([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]);
    return new Blob([...parts, ...directory, end], { type: "application/zip" });
  };
})();
