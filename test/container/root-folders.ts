// Makes root folders that stand in for the images of the Dockerfile where there is no container engine: Debian with Node and npm, and Node alone.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** The packages of the image "distroless/cc", on which that of Node is based. */
const RUNTIME_PACKAGES = [
  'base-files',
  'netbase',
  'tzdata',
  'ca-certificates',
  'libc6',
  'libgcc-s1',
  'libstdc++6',
];
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';
const USERS =
  'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

export function run(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a shell command with a folder as its root, and with the network. */
export function runBelow(
  root: string,
  folder: string,
  command: string,
  env: Readonly<Record<string, string>>,
): string {
  const mounts = `mount --rbind /dev '${root}/dev' && mount -t proc proc '${root}/proc'`;
  const variables = Object.entries({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/root',
    NODE_EXTRA_CA_CERTS: `/${CERTIFICATES}`,
    ...env,
  });
  const assignments = variables.map(([name, value]) => `${name}=${value}`);
  const inside = ['chroot', root, 'env', '-i', ...assignments, 'sh', '-ec', `cd '${folder}'; ${command}`];
  return run('unshare', ['--mount', 'sh', '-ec', `${mounts} && exec "$@"`, 'sh', ...inside]);
}

/** Stands in for "node:24-trixie-slim": Debian 13 with the Node of this checkout and the npm of this machine. */
export function makeBuildRoot(root: string): void {
  if (!existsSync(path.join(root, 'etc/debian_version')))
    run('debootstrap', [
      '--variant=minbase',
      '--include=ca-certificates',
      'trixie',
      root,
      'http://deb.debian.org/debian',
    ]);
  // The network of this machine, and the certificates that it trusts.
  for (const file of ['etc/resolv.conf', CERTIFICATES]) cpSync(path.join('/', file), path.join(root, file));
  const bin = path.join(root, 'usr/local/bin');
  cpSync(realpathSync(process.execPath), path.join(bin, 'node'));
  const npm = path.resolve(realpathSync(run('sh', ['-c', 'command -v npm']).trim()), '../..');
  cpSync(npm, path.join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    if (!existsSync(path.join(bin, name)))
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(bin, name));
}

/** Stands in for "distroless/nodejs24-debian13:nonroot": the libraries that Node needs, Node, and a user; no shell. */
export function makeRuntimeRoot(root: string, buildRoot: string): void {
  mkdirSync(path.join(buildRoot, 'debs'), { recursive: true });
  runBelow(
    buildRoot,
    '/debs',
    `apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download ${RUNTIME_PACKAGES.join(' ')}`,
    {},
  );
  mkdirSync(root);
  // The first one has the links from /lib to /usr/lib.
  const debs = readdirSync(path.join(buildRoot, 'debs')).toSorted(
    (a, b) =>
      RUNTIME_PACKAGES.indexOf(a.split('_')[0] ?? '') - RUNTIME_PACKAGES.indexOf(b.split('_')[0] ?? ''),
  );
  for (const deb of debs) run('dpkg-deb', ['--extract', path.join(buildRoot, 'debs', deb), root]);
  mkdirSync(path.join(root, 'nodejs/bin'), { recursive: true });
  cpSync(realpathSync(process.execPath), path.join(root, 'nodejs/bin/node'));
  writeFileSync(path.join(root, 'etc/passwd'), USERS);
  // An engine writes it for each container.
  writeFileSync(path.join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  for (const folder of ['dev', 'proc', 'home/nonroot'])
    mkdirSync(path.join(root, folder), { recursive: true });
}
